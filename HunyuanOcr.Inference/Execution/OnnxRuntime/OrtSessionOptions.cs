namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>How a session is built: on the environment's thread pool, with every graph optimisation.</summary>
internal sealed unsafe class OrtSessionOptions : OrtHandle
{
    private const int AllOptimizations = 99;

    private OrtSessionOptions(OrtApi api)
        : base(api, OrtFunction.ReleaseSessionOptions)
    {
    }

    /// <summary>Custom operators that the session's graph may use.</summary>
    public OrtCustomOpDomain? Domain { get; private set; }

    public static OrtSessionOptions Create(OrtApi api)
    {
        OrtSessionOptions options = new(api);
        nint created;
        api.Check(((delegate* unmanaged<nint*, nint>)api[OrtFunction.CreateSessionOptions])(&created));
        options.SetHandle(created);
        api.Check(((delegate* unmanaged<nint, nint>)api[OrtFunction.DisablePerSessionThreads])(created));
        api.Check(((delegate* unmanaged<nint, int, nint>)api[OrtFunction.SetSessionGraphOptimizationLevel])(created, AllOptimizations));
        return options;
    }

    /// <summary>Keeps no plan of memory for each input shape ever seen: with pages of every size these plans would grow for ever.</summary>
    public void DisableMemoryPattern() => Api.Check(((delegate* unmanaged<nint, nint>)Api[OrtFunction.DisableMemPattern])(Pointer));

    public void Add(OrtCustomOpDomain domain)
    {
        Api.Check(((delegate* unmanaged<nint, nint, nint>)Api[OrtFunction.AddCustomOpDomain])(Pointer, domain.Pointer));
        Domain = domain;
    }

    /// <summary>Runs the graph on an NVIDIA card wherever that provider knows the operator.</summary>
    /// <exception cref="OrtException">One of the provider's libraries is missing, or the card cannot be used.</exception>
    public void Add(OrtCudaOptions cuda) =>
        Api.Check(((delegate* unmanaged<nint, nint, nint>)Api[OrtFunction.AppendCudaProvider])(Pointer, cuda.Pointer));

    /// <summary>Gives the session a weight that is in memory already, in place of the one that its graph names so. Its memory must outlive the session.</summary>
    public void AddInitializer(string name, OrtTensor value)
    {
        fixed (byte* text = Utf8.Terminated(name))
            Api.Check(((delegate* unmanaged<nint, byte*, nint, nint>)Api[OrtFunction.AddInitializer])(Pointer, text, value.Pointer));
    }

    /// <param name="key">A key of onnxruntime_session_options_config_keys.h.</param>
    /// <param name="value">Its value.</param>
    public void Set(string key, string value)
    {
        fixed (byte* name = Utf8.Terminated(key), text = Utf8.Terminated(value))
            Api.Check(((delegate* unmanaged<nint, byte*, byte*, nint>)Api[OrtFunction.AddSessionConfigEntry])(Pointer, name, text));
    }

    /// <summary>Writes a time for each node into a file when the session ends.</summary>
    /// <param name="prefix">Path and beginning of the file's name.</param>
    public void EnableProfiling(string prefix)
    {
        fixed (byte* text = Utf8.Terminated(prefix))
            Api.Check(((delegate* unmanaged<nint, byte*, nint>)Api[OrtFunction.EnableProfiling])(Pointer, text));
    }
}
