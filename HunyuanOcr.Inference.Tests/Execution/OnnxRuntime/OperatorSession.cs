using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

/// <summary>A session over a graph of one node, fed with arrays.</summary>
internal sealed unsafe class OperatorSession : IDisposable
{
    private readonly OrtEnvironment environment;
    private readonly OrtCustomOpDomain domain;
    private readonly OrtMemoryInfo memory;
    private readonly OrtIoBinding binding;
    private readonly Dictionary<string, (OrtTensor Tensor, NativeBuffer Memory)> tensors = [];

    public OperatorSession(byte[] graph, params CustomOperator[] operators)
    {
        OrtApi api = OrtApi.Load(null);
        environment = OrtEnvironment.Create(api, threads: 0);
        domain = OrtCustomOpDomain.Create(api, "hunyuanocr", operators);
        memory = OrtMemoryInfo.Cpu(api);
        using OrtSessionOptions options = OrtSessionOptions.Create(api);
        options.Add(domain);
        Session = OrtSession.Open(environment, graph, options);
        binding = OrtIoBinding.Create(Session);
    }

    public OrtSession Session { get; }

    public void Input<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        Span<T> copy = Place<T>(name, values.Length, shape, output: false);
        values.CopyTo(copy);
    }

    public void Output(string name, int count, params ReadOnlySpan<long> shape) => Place<float>(name, count, shape, output: true);

    /// <summary>What is in an input or output now.</summary>
    public Span<float> Values(string name) => new(tensors[name].Memory.Pointer, (int)Product(tensors[name].Tensor.Shape));

    public void Run() => Session.Run(binding);

    public void Dispose()
    {
        binding.Dispose();
        foreach ((OrtTensor tensor, NativeBuffer buffer) in tensors.Values)
        {
            tensor.Dispose();
            buffer.Dispose();
        }

        Session.Dispose();
        memory.Dispose();
        domain.Dispose();
        environment.Dispose();
    }

    private static long Product(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long size in shape)
            product *= size;
        return product;
    }

    private Span<T> Place<T>(string name, int count, ReadOnlySpan<long> shape, bool output)
        where T : unmanaged
    {
        if (!tensors.TryGetValue(name, out (OrtTensor Tensor, NativeBuffer Memory) place))
        {
            OrtElementType type = typeof(T) == typeof(float) ? OrtElementType.Float : OrtElementType.Int32;
            tensors[name] = place = (new OrtTensor(memory, type), new NativeBuffer());
        }

        void* pointer = place.Memory.Reserve((long)count * sizeof(T));
        place.Tensor.Point(pointer, shape);
        if (output)
            binding.BindOutput(Utf8.Terminated(name), place.Tensor);
        else
            binding.BindInput(Utf8.Terminated(name), place.Tensor);
        return MemoryMarshal.CreateSpan(ref *(T*)pointer, count);
    }
}
