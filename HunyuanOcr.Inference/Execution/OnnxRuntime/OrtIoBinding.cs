namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>Which tensors a session reads and writes; kept from run to run.</summary>
internal sealed unsafe class OrtIoBinding : OrtHandle
{
    private OrtIoBinding(OrtSession session)
        : base(session.Api, OrtFunction.ReleaseIoBinding) => Needs(session);

    public static OrtIoBinding Create(OrtSession session)
    {
        OrtIoBinding binding = new(session);
        nint created;
        binding.Api.Check(((delegate* unmanaged<nint, nint*, nint>)binding.Api[OrtFunction.CreateIoBinding])(session.Pointer, &created));
        binding.SetHandle(created);
        return binding;
    }

    /// <summary>Binds an input, replacing what was bound under its name; the binding shares ownership of the native value.</summary>
    /// <param name="name">The name with a zero byte at its end, see <see cref="Utf8"/>.</param>
    /// <param name="tensor">The tensor.</param>
    public void BindInput(ReadOnlySpan<byte> name, OrtTensor tensor) => Bind(OrtFunction.BindInput, name, tensor);

    /// <summary>Binds an output to memory of ours; the shape must be exactly what the run will give.</summary>
    /// <inheritdoc cref="BindInput"/>
    public void BindOutput(ReadOnlySpan<byte> name, OrtTensor tensor) => Bind(OrtFunction.BindOutput, name, tensor);

    private void Bind(OrtFunction function, ReadOnlySpan<byte> name, OrtTensor tensor)
    {
        fixed (byte* text = name)
            Api.Check(((delegate* unmanaged<nint, byte*, nint, nint>)Api[function])(Pointer, text, tensor.Pointer));
    }
}
