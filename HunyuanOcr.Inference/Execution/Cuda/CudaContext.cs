using System.Globalization;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>One card: its primary context, which ONNX Runtime uses as well. Memory and streams hold counted references on it.</summary>
internal sealed unsafe class CudaContext : System.Runtime.InteropServices.SafeHandle
{
    private readonly int device;

    private CudaContext(CudaDriver driver, int ordinal, int device)
        : base(0, ownsHandle: true)
    {
        Driver = driver;
        Ordinal = ordinal;
        this.device = device;
        nint context;
        driver.Check(driver.PrimaryContextRetain(&context, device), "taking the card");
        SetHandle(context);
        Enter();
    }

    public override bool IsInvalid => handle == 0;

    public CudaDriver Driver { get; }

    /// <summary>Number of the card.</summary>
    public int Ordinal { get; }

    /// <summary>Such as "cuda:0 (NVIDIA H200)".</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture, $"cuda:{Ordinal} ({Driver.DeviceName(device)})");

    /// <summary>Multiprocessors of the card.</summary>
    public int Multiprocessors
    {
        get
        {
            const int MultiprocessorCount = 16;
            int count;
            Driver.Check(Driver.DeviceGetAttribute(&count, MultiprocessorCount, device), "asking for the card's multiprocessors");
            return count;
        }
    }

    /// <summary>Opens a card and makes it the calling thread's own.</summary>
    /// <exception cref="CudaException">There is none of that number, or it cannot be used.</exception>
    public static CudaContext Open(CudaDriver driver, int ordinal = 0)
    {
        int device;
        driver.Check(driver.Init(0), "starting");
        driver.Check(driver.DeviceGet(&device, ordinal), $"opening card {ordinal}");
        return new CudaContext(driver, ordinal, device);
    }

    /// <summary>Makes the card the calling thread's own; every thread that calls the driver does so once.</summary>
    public void Enter() => Driver.Check(Driver.ContextSetCurrent(handle), "entering the card's context");

    /// <summary>Bytes that are free, and all that the card has.</summary>
    public (long Free, long Total) Memory()
    {
        nuint free, total;
        Driver.Check(Driver.MemoryGetInfo(&free, &total), "asking for free memory");
        return ((long)free, (long)total);
    }

    protected override bool ReleaseHandle()
    {
        Driver.PrimaryContextRelease(device);
        handle = 0;
        return true;
    }
}
