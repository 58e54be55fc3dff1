namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>A loaded graph.</summary>
internal sealed unsafe class OrtSession : OrtHandle
{
    private OrtSession(OrtEnvironment environment, OrtSessionOptions options)
        : base(environment.Api, OrtFunction.ReleaseSession)
    {
        Needs(environment);
        if (options.Domain is not null)
            Needs(options.Domain);
    }

    public IReadOnlyList<string> Inputs { get; private set; } = [];

    public IReadOnlyList<string> Outputs { get; private set; } = [];

    /// <exception cref="OrtException">The graph is damaged, or holds what this ONNX Runtime does not know.</exception>
    public static OrtSession Open(OrtEnvironment environment, string path, OrtSessionOptions options)
    {
        OrtSession session = new(environment, options);
        nint created = 0;
        nint status;
        fixed (byte* file = Utf8.Terminated(path))
            status = ((delegate* unmanaged<nint, byte*, nint, nint*, nint>)session.Api[OrtFunction.CreateSession])(environment.Pointer, file, options.Pointer, &created);
        return session.Opened(status, created);
    }

    /// <exception cref="OrtException">The graph is damaged, or holds what this ONNX Runtime does not know.</exception>
    public static OrtSession Open(OrtEnvironment environment, ReadOnlySpan<byte> graph, OrtSessionOptions options)
    {
        OrtSession session = new(environment, options);
        nint created = 0;
        nint status;
        fixed (byte* bytes = graph)
            status = ((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)session.Api[OrtFunction.CreateSessionFromArray])(environment.Pointer, bytes, (nuint)graph.Length, options.Pointer, &created);
        return session.Opened(status, created);
    }

    /// <summary>Runs the graph once over what the binding holds.</summary>
    /// <exception cref="OrtException">A node failed.</exception>
    public void Run(OrtIoBinding binding, OrtRunOptions? options = null)
    {
        bool held = false;
        try
        {
            // A session that is disposed on another thread is released after this run, not during it.
            DangerousAddRef(ref held);
            Api.Check(((delegate* unmanaged<nint, nint, nint, nint>)Api[OrtFunction.RunWithBinding])(handle, options?.Pointer ?? 0, binding.Pointer));
        }
        finally
        {
            if (held)
                DangerousRelease();
        }
    }

    /// <summary>The numbers of an input.</summary>
    /// <exception cref="ArgumentException">The graph has no such input.</exception>
    public OrtElementType InputType(string name) => ElementType(Inputs, name, OrtFunction.SessionGetInputTypeInfo);

    /// <summary>The numbers of an output.</summary>
    /// <exception cref="ArgumentException">The graph has no such output.</exception>
    public OrtElementType OutputType(string name) => ElementType(Outputs, name, OrtFunction.SessionGetOutputTypeInfo);

    /// <summary>Takes the session over; one that could not be opened lets go of environment and domain at once.</summary>
    private OrtSession Opened(nint status, nint created)
    {
        SetHandle(created);
        try
        {
            Api.Check(status);
            Inputs = Names(OrtFunction.SessionGetInputCount, OrtFunction.SessionGetInputName);
            Outputs = Names(OrtFunction.SessionGetOutputCount, OrtFunction.SessionGetOutputName);
            return this;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private OrtElementType ElementType(IReadOnlyList<string> names, string name, OrtFunction getter)
    {
        int index = 0;
        while (index < names.Count && names[index] != name)
            index++;
        if (index == names.Count)
            throw new ArgumentException($"The graph has no {name}; it has {string.Join(", ", names)}.", nameof(name));
        nint type, tensor;
        int element;
        Api.Check(((delegate* unmanaged<nint, nuint, nint*, nint>)Api[getter])(Pointer, (nuint)index, &type));
        try
        {
            Api.Check(((delegate* unmanaged<nint, nint*, nint>)Api[OrtFunction.CastTypeInfoToTensorInfo])(type, &tensor));
            Api.Check(((delegate* unmanaged<nint, int*, nint>)Api[OrtFunction.GetTensorElementType])(tensor, &element));
            return (OrtElementType)element;
        }
        finally
        {
            Api.Release(OrtFunction.ReleaseTypeInfo, type);
        }
    }

    private string[] Names(OrtFunction counter, OrtFunction getter)
    {
        nint allocator;
        Api.Check(((delegate* unmanaged<nint*, nint>)Api[OrtFunction.GetAllocatorWithDefaultOptions])(&allocator));
        nuint count;
        Api.Check(((delegate* unmanaged<nint, nuint*, nint>)Api[counter])(handle, &count));
        string[] names = new string[(int)count];
        for (int i = 0; i < names.Length; i++)
        {
            nint name;
            Api.Check(((delegate* unmanaged<nint, nuint, nint, nint*, nint>)Api[getter])(handle, (nuint)i, allocator, &name));
            names[i] = Api.TakeString(name);
        }

        return names;
    }
}
