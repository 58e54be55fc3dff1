using System.Reflection;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>The kernels of one file of Kernels/, compiled for the card by its driver from the PTX that lies in this assembly.</summary>
internal sealed unsafe class DeviceCode : CudaObject
{
    /// <param name="context">The card.</param>
    /// <param name="name">The file's name without its ending.</param>
    /// <exception cref="OcrConfigurationException">This build has no such code, or the driver is too old for it.</exception>
    public DeviceCode(CudaContext context, string name)
        : base(context)
    {
        try
        {
            byte[] text = Read(name);
            nint module;
            int code;
            context.Enter();
            fixed (byte* image = text)
                code = ((delegate* unmanaged<nint*, byte*, int>)Driver.Function("cuModuleLoadData"))(&module, image);
            if (code != 0)
                throw new OcrConfigurationException([$"The NVIDIA driver cannot use our kernels ({name}): {Driver.Name(code)}. Update the driver, or export the model with --kernels operators."]);
            SetHandle(module);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>A kernel by its name.</summary>
    /// <exception cref="CudaException">There is none of that name.</exception>
    public DeviceFunction Function(string name)
    {
        nint function;
        fixed (byte* text = Utf8.Terminated(name))
            Driver.Check(((delegate* unmanaged<nint*, nint, byte*, int>)Driver.Function("cuModuleGetFunction"))(&function, Pointer, text), $"looking for the kernel {name}");
        return new DeviceFunction(Driver, function, name);
    }

    protected override void Release(nint pointer) => ((delegate* unmanaged<nint, int>)Driver.Function("cuModuleUnload"))(pointer);

    /// <summary>The text, ended by a zero.</summary>
    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Kernels.{name}.ptx")
            ?? throw new OcrConfigurationException([$"This build has no compiled kernels ({name}.ptx). Compile them with bench/cuda/build-kernels.sh and build again, or export the model with --kernels operators."]);
        byte[] text = new byte[stream.Length + 1];
        stream.ReadExactly(text.AsSpan(0, (int)stream.Length));
        return text;
    }
}
