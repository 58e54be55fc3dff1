using System.Globalization;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Whether CUDA can be used here, and if not, the one thing to mend first.</summary>
internal static class CudaAvailability
{
    public const string ProviderName = "libonnxruntime_providers_cuda.so";

    /// <summary>The CUDA version that ONNX Runtime's build is made for.</summary>
    private const int NeededVersion = 13000;

    /// <summary>What the provider needs, each after what it needs itself.</summary>
    private static readonly string[] Needed = ["libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudnn.so.9"];

    /// <summary>What cuDNN loads by itself when it wants it; loaded beforehand where it lies in our folder, as cuDNN does not look there.</summary>
    private static readonly string[] Parts =
    [
        "libnvrtc-builtins.so.13.0", "libnvrtc.so.13", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_heuristic.so.9", "libcudnn_engines_precompiled.so.9",
        "libcudnn_engines_runtime_compiled.so.9", "libcudnn_cnn.so.9", "libcudnn_adv.so.9",
    ];

    /// <summary>Null where CUDA can be used; its libraries are loaded then.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="folder">Where ONNX Runtime's build for CUDA lies, and, if they are not installed, the libraries that it needs.</param>
    public static string? WhyNot(ICudaMachine machine, string folder) => DriverFault(machine) ?? LibraryFault(machine, folder);

    private static string? DriverFault(ICudaMachine machine)
    {
        if (machine.LoadFault(CudaDriver.LibraryName) is not null)
            return $"{CudaDriver.LibraryName} is missing: this machine has no NVIDIA driver.";
        (int version, int cards, string? fault) = machine.Driver();
        // Named before a fault at the start, which an old driver gives for many reasons.
        if (version is > 0 and < NeededVersion)
            return string.Create(CultureInfo.InvariantCulture, $"the NVIDIA driver supports CUDA {version / 1000}.{version % 1000 / 10}, and {NeededVersion / 1000}.0 is needed: install driver 580 or later.");
        if (fault is not null)
            return $"the NVIDIA driver does not start: {fault}.";
        return cards > 0 ? null : "the NVIDIA driver finds no card.";
    }

    private static string? LibraryFault(ICudaMachine machine, string folder)
    {
        if (!machine.HasFile(Path.Combine(folder, ProviderName)))
            return $"{ProviderName} is missing from {folder}: fetch it with deploy/fetch-cuda.sh, or set CudaFolder to the folder that holds it.";
        foreach (string library in Needed)
            if (Load(machine, folder, library) is { } fault)
                return $"{library} is missing or does not load ({fault}): fetch it with deploy/fetch-cuda.sh, or put it into {folder}.";
        foreach (string library in Parts)
            if (machine.HasFile(Path.Combine(folder, library)))
                machine.LoadFault(Path.Combine(folder, library));
        return null;
    }

    private static string? Load(ICudaMachine machine, string folder, string library)
    {
        string own = Path.Combine(folder, library);
        return machine.LoadFault(machine.HasFile(own) ? own : library);
    }
}
