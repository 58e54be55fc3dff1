using HunyuanOcr.Inference.Execution.Cuda;

namespace HunyuanOcr.Inference.Execution;

/// <summary>What the engine runs on.</summary>
/// <param name="Target">cpu or cuda, as onnx-export calls it.</param>
/// <param name="Reason">Why, in one line.</param>
internal sealed record DeviceChoice(string Target, string Reason)
{
    public const string Cpu = "cpu", Cuda = "cuda";

    public bool IsCuda => Target == Cuda;

    /// <param name="wanted">What the operator set.</param>
    /// <param name="exportedFor">What the model was exported for; null where that cannot be read.</param>
    /// <param name="whyNotCuda">Looks whether CUDA can be used; asked only where it matters.</param>
    /// <exception cref="OcrConfigurationException">CUDA is needed and cannot be used.</exception>
    public static DeviceChoice Make(EngineDevice wanted, string? exportedFor, Func<string?> whyNotCuda)
    {
        if (wanted == EngineDevice.Cpu)
            return new DeviceChoice(Cpu, "The CPU, as the options say.");
        string? whyNot = whyNotCuda();
        if (wanted == EngineDevice.Cuda)
            return whyNot is null
                ? new DeviceChoice(Cuda, "CUDA, as the options say.")
                : throw new OcrConfigurationException([$"Device is cuda, and CUDA cannot be used: {whyNot}"]);
        if (exportedFor != Cuda)
            return new DeviceChoice(Cpu, whyNot is null
                ? "The CPU, as the model was exported for it. There is a card: export the model with --target cuda to use it."
                : $"The CPU, as CUDA cannot be used: {whyNot}");
        return whyNot is null
            ? new DeviceChoice(Cuda, "CUDA, as a card and its libraries are here.")
            : throw new OcrConfigurationException([$"The model was exported for cuda, and CUDA cannot be used: {whyNot} Without a card, export the model with --target cpu."]);
    }

    /// <summary>Where ONNX Runtime's build for CUDA is looked for.</summary>
    public static string CudaFolder(EngineOptions options)
    {
        if (options.CudaFolder is { } given)
            return Path.GetFullPath(given);
        string beside = options.NativeFolder ?? AppContext.BaseDirectory;
        return File.Exists(Path.Combine(beside, CudaAvailability.ProviderName)) ? Path.GetFullPath(beside) : Path.Combine(AppContext.BaseDirectory, "cuda");
    }
}
