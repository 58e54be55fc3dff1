using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>One input or output of a session over memory that is reused and grows. While place and shape stay, binding it again costs nothing.</summary>
/// <typeparam name="T">Its element.</typeparam>
internal sealed unsafe class BoundInput<T>(byte[] name, OrtMemoryInfo info, OrtElementType type, bool output = false) : IDisposable
    where T : unmanaged
{
    private readonly NativeBuffer memory = new();
    private readonly OrtTensor tensor = new(info, type);

    /// <summary>Memory for so many elements; what it held may be lost.</summary>
    public Span<T> Reserve(long count) => new(memory.Reserve(count * sizeof(T)), checked((int)count));

    /// <summary>Binds what was reserved, in a shape.</summary>
    public void Bind(OrtIoBinding binding, params ReadOnlySpan<long> shape)
    {
        if (!tensor.Point(memory.Pointer, shape))
            return;
        if (output)
            binding.BindOutput(name, tensor);
        else
            binding.BindInput(name, tensor);
    }

    public void Dispose()
    {
        tensor.Dispose();
        memory.Dispose();
    }
}
