namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>A call into the NVIDIA driver failed.</summary>
internal sealed class CudaException(int code, string message) : Exception(message)
{
    /// <summary>CUresult.</summary>
    public int Code { get; } = code;
}
