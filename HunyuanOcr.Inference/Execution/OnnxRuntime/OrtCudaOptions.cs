using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>How the CUDA provider runs a session: keys and values of OrtCUDAProviderOptionsV2.</summary>
internal sealed unsafe class OrtCudaOptions : OrtHandle
{
    private OrtCudaOptions(OrtApi api)
        : base(api, OrtFunction.ReleaseCudaProviderOptions)
    {
    }

    /// <param name="api">A build of ONNX Runtime with the CUDA provider.</param>
    /// <param name="options">Keys and values.</param>
    /// <exception cref="OrtException">This build has no CUDA provider, or does not know an option.</exception>
    public static OrtCudaOptions Create(OrtApi api, params IReadOnlyList<(string Key, string Value)> options)
    {
        OrtCudaOptions made = new(api);
        nint created;
        api.Check(((delegate* unmanaged<nint*, nint>)api[OrtFunction.CreateCudaProviderOptions])(&created));
        made.SetHandle(created);
        nint* texts = stackalloc nint[options.Count * 2];
        for (int i = 0; i < options.Count; i++)
        {
            texts[i] = Marshal.StringToCoTaskMemUTF8(options[i].Key);
            texts[options.Count + i] = Marshal.StringToCoTaskMemUTF8(options[i].Value);
        }

        try
        {
            // All in one call: each call sets what it does not name back to its default.
            api.Check(((delegate* unmanaged<nint, nint*, nint*, nuint, nint>)api[OrtFunction.UpdateCudaProviderOptions])(created, texts, texts + options.Count, (nuint)options.Count));
        }
        finally
        {
            for (int i = 0; i < options.Count * 2; i++)
                Marshal.FreeCoTaskMem(texts[i]);
        }

        return made;
    }

    /// <summary>The stream that every run of the session uses, so that copies on it come before and after the run without anybody waiting.</summary>
    public OrtCudaOptions On(nint stream)
    {
        fixed (byte* name = "user_compute_stream\0"u8)
            Api.Check(((delegate* unmanaged<nint, byte*, nint, nint>)Api[OrtFunction.UpdateCudaProviderOptionsWithValue])(Pointer, name, stream));
        return this;
    }
}
