using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.BiasGelu of the vision tower: the exact GELU of E [rows, K] plus E [K], in 32 bits between load and store. K is a multiple of 8.</summary>
/// <param name="type">Number format of the vision tower.</param>
/// <param name="code">tower.</param>
internal sealed class BiasGeluOperator(OrtElementType type, DeviceCode code) : CardOperator(type)
{
    private readonly DeviceFunction function = code.Function(type == OrtElementType.BFloat16 ? "bias_gelu_bf16" : "bias_gelu_fp16");

    public override string Name => "BiasGelu";

    public override IReadOnlyList<OrtElementType> Inputs => [Type, Type];

    public override IReadOnlyList<OrtElementType> Outputs => [Type];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(function);

    private sealed unsafe class Kernel(DeviceFunction function) : CustomKernel
    {
        private const int Threads = 256;

        /// <summary>Columns of a thread: 16 bytes.</summary>
        private const int Eight = 8;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> shape = stackalloc long[2], biases = stackalloc long[1];
            void* input = context.Input(0, shape);
            void* bias = context.Input(1, biases);
            long rows = shape[0], columns = shape[1];
            if (biases[0] != columns || columns % Eight != 0)
                throw new ArgumentException($"{columns} columns with {biases[0]} biases; a multiple of {Eight} is possible");
            void* result = context.Output(0, rows, columns);
            if (rows == 0)
                return;
            KernelArguments arguments = default(KernelArguments).Add(input).Add(bias).Add(result).Add(rows).Add(columns);
            function.Launch(context.GpuStream(), ((rows * columns / Eight) + Threads - 1) / Threads, 1, Threads, 0, ref arguments);
        }
    }
}
