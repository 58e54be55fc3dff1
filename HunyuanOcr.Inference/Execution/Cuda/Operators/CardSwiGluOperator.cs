using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.SwiGlu on the card: E [rows, 2 I] (gate, then up) to E [rows, I] = gate * sigmoid(gate) * up.</summary>
internal sealed class CardSwiGluOperator(OrtElementType type, DeviceCode code) : CardOperator(type)
{
    private readonly DeviceFunction function = code.Function(type == OrtElementType.BFloat16 ? "swiglu_bf16" : "swiglu_fp16");

    public override string Name => "SwiGlu";

    public override IReadOnlyList<OrtElementType> Inputs => [Type];

    public override IReadOnlyList<OrtElementType> Outputs => [Type];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(function);

    private sealed unsafe class Kernel(DeviceFunction function) : CustomKernel
    {
        private const int Threads = 256;

        /// <summary>Columns of a thread: 16 bytes.</summary>
        private const int Eight = 8;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> shape = stackalloc long[2];
            void* gateUp = context.Input(0, shape);
            long rows = shape[0], columns = shape[1] / 2;
            if (shape[1] != 2 * columns || columns % Eight != 0)
                throw new ArgumentException($"input has {shape[1]} columns, not two halves of a multiple of {Eight}");
            void* result = context.Output(0, rows, columns);
            if (rows == 0)
                return;
            KernelArguments arguments = default(KernelArguments).Add(gateUp).Add(result).Add(rows).Add(columns);
            function.Launch(context.GpuStream(), ((rows * columns / Eight) + Threads - 1) / Threads, 1, Threads, 0, ref arguments);
        }
    }
}
