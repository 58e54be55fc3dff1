using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>A graph of a model folder on the CPU, fed with arrays by name. Float16 operators without a CPU kernel are widened by ONNX Runtime itself.</summary>
internal sealed unsafe class GraphOnCpu : IDisposable
{
    private readonly OrtEnvironment environment;
    private readonly OrtCustomOpDomain domain;
    private readonly OrtMemoryInfo memory;
    private readonly OrtSession session;
    private readonly OrtIoBinding binding;
    private readonly Dictionary<string, (OrtTensor Tensor, NativeBuffer Memory)> tensors = [];

    /// <param name="path">The graph.</param>
    /// <param name="operators">Ours; none: those of the CPU.</param>
    public GraphOnCpu(string path, params CustomOperator[] operators)
    {
        OrtApi api = OrtApi.Load(null);
        environment = OrtEnvironment.Create(api, threads: 0);
        domain = OrtCustomOpDomain.Create(api, "hunyuanocr",
            operators.Length > 0 ? operators : [new PagedAttentionOperator(2, VectorWidths.Best), new SwiGluOperator(VectorWidths.Best)]);
        memory = OrtMemoryInfo.Cpu(api);
        using OrtSessionOptions options = OrtSessionOptions.Create(api);
        options.Add(domain);
        session = OrtSession.Open(environment, path, options);
        binding = OrtIoBinding.Create(session);
    }

    public GraphOnCpu Input<T>(string name, ReadOnlySpan<T> values, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        (OrtTensor tensor, NativeBuffer buffer) = Place<T>(name, values.Length, shape);
        values.CopyTo(new Span<T>(buffer.Pointer, values.Length));
        binding.BindInput(Utf8.Terminated(name), tensor);
        return this;
    }

    public GraphOnCpu Output<T>(string name, params ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        binding.BindOutput(Utf8.Terminated(name), Place<T>(name, Product(shape), shape).Tensor);
        return this;
    }

    /// <summary>What is in an input or output now.</summary>
    public T[] Values<T>(string name)
        where T : unmanaged => new Span<T>(tensors[name].Memory.Pointer, Product(tensors[name].Tensor.Shape)).ToArray();

    public void Run() => session.Run(binding);

    public void Dispose()
    {
        binding.Dispose();
        foreach ((OrtTensor tensor, NativeBuffer buffer) in tensors.Values)
        {
            tensor.Dispose();
            buffer.Dispose();
        }

        session.Dispose();
        memory.Dispose();
        domain.Dispose();
        environment.Dispose();
    }

    private (OrtTensor Tensor, NativeBuffer Memory) Place<T>(string name, int count, ReadOnlySpan<long> shape)
        where T : unmanaged
    {
        if (!tensors.TryGetValue(name, out (OrtTensor Tensor, NativeBuffer Memory) place))
            tensors[name] = place = (new OrtTensor(memory, TypeOf<T>()), new NativeBuffer());
        place.Tensor.Point(place.Memory.Reserve((long)count * sizeof(T)), shape);
        return place;
    }

    private static int Product(ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (long size in shape)
            product *= size;
        return (int)product;
    }

    private static OrtElementType TypeOf<T>() =>
        typeof(T) == typeof(float) ? OrtElementType.Float
        : typeof(T) == typeof(Half) ? OrtElementType.Float16
        : typeof(T) == typeof(int) ? OrtElementType.Int32
        : typeof(T) == typeof(long) ? OrtElementType.Int64
        : OrtElementType.UInt8;
}
