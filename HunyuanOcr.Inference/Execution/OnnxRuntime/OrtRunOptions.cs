namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>What holds for one run of a session.</summary>
internal sealed unsafe class OrtRunOptions : OrtHandle
{
    private OrtRunOptions(OrtApi api)
        : base(api, OrtFunction.ReleaseRunOptions)
    {
    }

    public static OrtRunOptions Create(OrtApi api)
    {
        OrtRunOptions options = new(api);
        nint created;
        api.Check(((delegate* unmanaged<nint*, nint>)api[OrtFunction.CreateRunOptions])(&created));
        options.SetHandle(created);
        return options;
    }

    /// <param name="key">A key of onnxruntime_run_options_config_keys.h.</param>
    /// <param name="value">Its value.</param>
    public void Set(string key, string value)
    {
        fixed (byte* name = Utf8.Terminated(key), text = Utf8.Terminated(value))
            Api.Check(((delegate* unmanaged<nint, byte*, byte*, nint>)Api[OrtFunction.AddRunConfigEntry])(Pointer, name, text));
    }
}
