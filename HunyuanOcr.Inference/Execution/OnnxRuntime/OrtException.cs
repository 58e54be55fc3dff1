namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>OrtErrorCode of the C API.</summary>
internal enum OrtErrorCode
{
    Ok = 0,
    Fail = 1,
    InvalidArgument = 2,
    NoSuchFile = 3,
    NoModel = 4,
    EngineError = 5,
    RuntimeException = 6,
    InvalidProtobuf = 7,
    ModelLoaded = 8,
    NotImplemented = 9,
    InvalidGraph = 10,
    ExecutionProviderFailed = 11,
}

/// <summary>A call into ONNX Runtime failed; the message is ONNX Runtime's own.</summary>
internal sealed class OrtException(OrtErrorCode code, string message) : Exception(message)
{
    public OrtErrorCode Code { get; } = code;
}
