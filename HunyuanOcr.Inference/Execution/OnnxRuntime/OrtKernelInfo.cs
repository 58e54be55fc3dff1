namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>The attributes of a node; valid while its kernel is being made.</summary>
internal readonly unsafe ref struct OrtKernelInfo(OrtApi api, nint info)
{
    public long Integer(string name)
    {
        long value;
        fixed (byte* text = Utf8.Terminated(name))
            api.Check(((delegate* unmanaged<nint, byte*, long*, nint>)api[OrtFunction.KernelInfoGetAttributeInt64])(info, text, &value));
        return value;
    }

    public float Single(string name)
    {
        float value;
        fixed (byte* text = Utf8.Terminated(name))
            api.Check(((delegate* unmanaged<nint, byte*, float*, nint>)api[OrtFunction.KernelInfoGetAttributeFloat])(info, text, &value));
        return value;
    }
}
