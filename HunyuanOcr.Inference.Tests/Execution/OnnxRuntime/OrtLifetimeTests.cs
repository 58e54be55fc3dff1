using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

public unsafe class OrtLifetimeTests
{
    [Fact]
    public void The_operator_structure_has_the_size_of_the_native_one() => Assert.Equal(208, sizeof(OrtCustomOp));

    [Fact]
    public void Objects_disposed_in_the_wrong_order_live_until_the_last_that_needs_them()
    {
        OrtApi api = OrtApi.Load(null);
        OrtEnvironment environment = OrtEnvironment.Create(api, 0);
        OrtCustomOpDomain domain = OrtCustomOpDomain.Create(api, "hunyuanocr", new Traced());
        OrtSessionOptions options = OrtSessionOptions.Create(api);
        options.Add(domain);
        OrtSession session = OrtSession.Open(environment, Graph, options);
        OrtMemoryInfo memory = OrtMemoryInfo.Cpu(api);
        OrtTensor tensor = new(memory, OrtElementType.Float);
        float* values = stackalloc float[2];
        tensor.Point(values, 2);
        OrtTensor result = new(memory, OrtElementType.Float);
        result.Point(values + 1, 1);
        OrtIoBinding binding = OrtIoBinding.Create(session);

        environment.Dispose();
        domain.Dispose();
        options.Dispose();
        memory.Dispose();
        tensor.Point(values, 1);
        binding.BindInput("x\0"u8, tensor);
        binding.BindOutput("y\0"u8, result);
        values[0] = 21;
        session.Run(binding);
        Assert.Equal(42, values[1]);
        session.Dispose();
        Assert.False(environment.IsClosed || domain.IsClosed || memory.IsClosed || session.IsClosed);
        session.Run(binding);
        binding.Dispose();
        Assert.True(binding.IsClosed && session.IsClosed && domain.IsClosed && environment.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => session.Pointer);
        Assert.False(memory.IsClosed);
        tensor.Dispose();
        result.Dispose();
        Assert.True(memory.IsClosed);
    }

    [Fact]
    public void What_could_not_be_opened_or_was_never_used_keeps_nothing_alive()
    {
        OrtApi api = OrtApi.Load(null);
        OrtEnvironment environment = OrtEnvironment.Create(api, 0);
        OrtCustomOpDomain domain = OrtCustomOpDomain.Create(api, "hunyuanocr", new Traced());
        OrtMemoryInfo memory = OrtMemoryInfo.Cpu(api);
        using (OrtSessionOptions options = OrtSessionOptions.Create(api))
        {
            options.Add(domain);
            Assert.Throws<OrtException>(() => OrtSession.Open(environment, new byte[16], options));
        }
        new OrtTensor(memory, OrtElementType.Float).Dispose();
        environment.Dispose();
        domain.Dispose();
        memory.Dispose();
        Assert.True(environment.IsClosed && domain.IsClosed && memory.IsClosed);
    }

    [Fact]
    public void A_tensor_pointed_at_the_same_place_does_not_change()
    {
        OrtApi api = OrtApi.Load(null);
        using OrtMemoryInfo memory = OrtMemoryInfo.Cpu(api);
        using OrtTensor tensor = new(memory, OrtElementType.Float);
        using NativeBuffer buffer = new();
        void* place = buffer.Reserve(1024);
        Assert.True(tensor.Point(place, 2, 8));
        nint first = tensor.Pointer;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(tensor.Point(place, 2, 8));
        Assert.True(tensor.Point(place, 4, 8));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, first);
        Assert.Equal([4, 8], tensor.Shape.ToArray());
    }

    [Fact]
    public void A_kernel_that_throws_fails_the_run_with_its_message()
    {
        using OperatorSession session = new(Graph, new Traced { Throws = true });
        session.Input<float>("x", [1f], 1);
        session.Output("y", 1, 1);
        Assert.Equal("Traced: no luck", Message(Assert.Throws<OrtException>(session.Run)));
    }

    [Fact]
    public void A_folder_without_the_library_is_refused_with_its_path()
    {
        string folder = Path.Combine(Path.GetTempPath(), "hunyuanocr-no-library");
        OcrConfigurationException fault = Assert.Throws<OcrConfigurationException>(() => OrtApi.Load(folder));
        Assert.Contains(Path.Combine(folder, "libonnxruntime.so.1"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_is_not_one_is_refused_with_its_path()
    {
        string folder = Directory.CreateTempSubdirectory("hunyuanocr").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "libonnxruntime.so.1"), "not a library");
            OcrConfigurationException fault = Assert.Throws<OcrConfigurationException>(() => OrtApi.Load(folder));
            Assert.Contains("cannot be loaded", fault.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_damaged_graph_is_refused_with_the_reason()
    {
        OrtApi api = OrtApi.Load(null);
        using OrtEnvironment environment = OrtEnvironment.Create(api, 0);
        using OrtSessionOptions options = OrtSessionOptions.Create(api);
        OrtException fault = Assert.Throws<OrtException>(() => OrtSession.Open(environment, Graph.AsSpan(0, 40), options));
        Assert.NotEmpty(fault.Message);
    }

    [Fact]
    public void Native_memory_is_aligned_for_the_widest_vector_and_grows()
    {
        using NativeBuffer buffer = new();
        nint small = (nint)buffer.Reserve(10);
        Assert.Equal(0, small % 64);
        Assert.Equal(small, (nint)buffer.Reserve(64));
        nint large = (nint)buffer.Reserve(10_000_000);
        Assert.Equal(0, large % 64);
        Assert.True(buffer.Capacity >= 10_000_000);
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => (nint)buffer.Reserve(1));
    }

    private static byte[] Graph => GraphBytes.OneNode("Traced", "hunyuanocr", [new("x", 1, "N")], [new("y", 1, "N")]);

    /// <summary>ONNX Runtime puts the node's name before what the kernel said.</summary>
    private static string Message(OrtException fault) => fault.Message[fault.Message.IndexOf("Traced: ", StringComparison.Ordinal)..];

    /// <summary>y = 2 x.</summary>
    private sealed class Traced : CustomOperator
    {
        public bool Throws { get; init; }

        public override string Name => "Traced";

        public override IReadOnlyList<OrtElementType> Inputs { get; } = [OrtElementType.Float];

        public override IReadOnlyList<OrtElementType> Outputs { get; } = [OrtElementType.Float];

        public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(Throws);

        private sealed class Kernel(bool throws) : CustomKernel
        {
            public override void Compute(OrtKernelContext context)
            {
                Span<long> shape = stackalloc long[1];
                float* x = (float*)context.Input(0, shape);
                float* y = (float*)context.Output(0, shape);
                if (throws)
                    throw new InvalidOperationException("no luck");
                for (long i = 0; i < shape[0]; i++)
                    y[i] = 2 * x[i];
            }
        }
    }
}
