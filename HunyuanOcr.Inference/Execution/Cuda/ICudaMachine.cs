using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>What a machine has for CUDA. The seam at which tests put machines of every kind.</summary>
internal interface ICudaMachine
{
    bool HasFile(string path);

    /// <summary>Loads a library, by its path or by its name alone; null where it loads, the loader's own words otherwise.</summary>
    string? LoadFault(string library);

    /// <summary>The driver: the CUDA version that it supports (13000 for 13.0), how many cards it finds, or why it does not start. Asked once its library has loaded.</summary>
    (int Version, int Cards, string? Fault) Driver();
}

/// <summary>The machine that this runs on.</summary>
internal sealed unsafe class ThisMachine : ICudaMachine
{
    public bool HasFile(string path) => File.Exists(path);

    public string? LoadFault(string library)
    {
        try
        {
            // Kept for as long as the process lives: ONNX Runtime finds it loaded.
            NativeLibrary.Load(library);
            return null;
        }
        catch (Exception reason) when (reason is DllNotFoundException or BadImageFormatException)
        {
            return reason.Message.Split('\n')[0];
        }
    }

    public (int Version, int Cards, string? Fault) Driver()
    {
        CudaDriver driver = CudaDriver.TryLoad()!;
        int version = 0, cards = 0;
        int code = driver.DriverGetVersion(&version);
        if (code == 0)
            code = driver.Init(0);
        if (code == 0)
            code = driver.DeviceGetCount(&cards);
        return (version, cards, code == 0 ? null : driver.Name(code));
    }
}
