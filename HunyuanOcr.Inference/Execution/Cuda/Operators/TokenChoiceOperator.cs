using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.TokenChoice: the likeliest token of every row, its log-probability, the likeliest five.</summary>
/// <remarks>
/// Input: logits float [rows, V]. Outputs: token_ids int64 [rows], token_logprobs float [rows], top_ids int32 [rows, 5], top_logprobs float
/// [rows, 5], and a place for what the parts of a row leave to each other. Equal logits: the lower id first.
/// </remarks>
/// <param name="code">token_choice.</param>
internal sealed class TokenChoiceOperator(DeviceCode code) : CustomOperator
{
    private const OrtElementType F = OrtElementType.Float;

    private readonly DeviceFunction parts = code.Function("token_choice_parts");
    private readonly DeviceFunction rows = code.Function("token_choice_rows");

    public override string Name => "TokenChoice";

    public override string Provider => "CUDAExecutionProvider";

    public override IReadOnlyList<OrtElementType> Inputs => [F];

    public override IReadOnlyList<OrtElementType> Outputs => [OrtElementType.Int64, F, OrtElementType.Int32, F, F];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(parts, rows);

    private sealed unsafe class Kernel(DeviceFunction parts, DeviceFunction rows) : CustomKernel
    {
        private const int Threads = 256;
        private const int Top = Sampling.TokenChoice.MostAlternatives;

        /// <summary>Numbers of four bytes that a part leaves: struct Part of token_choice.cu.</summary>
        private const int PartNumbers = 2 + (2 * Top);

        private const int MostParts = 32;

        /// <summary>Blocks that fill a card.</summary>
        private const long Blocks = 512;

        public override void Compute(OrtKernelContext context)
        {
            Span<long> shape = stackalloc long[2];
            void* logits = context.Input(0, shape);
            long count = shape[0], vocabulary = shape[1], top = Math.Min(Top, vocabulary);
            void* ids = context.Output(0, count);
            void* logprobs = context.Output(1, count);
            void* topIds = context.Output(2, count, top);
            void* topLogprobs = context.Output(3, count, top);
            long split = Math.Clamp(Math.Min(Blocks / Math.Max(count, 1), vocabulary / Threads), 1, MostParts);
            void* partial = context.Output(4, count, split * PartNumbers);
            if (count == 0)
                return;
            nint stream = context.GpuStream();
            KernelArguments first = default(KernelArguments).Add(logits).Add(partial).Add(vocabulary);
            parts.Launch(stream, split, count, Threads, 0, ref first);
            KernelArguments second = default(KernelArguments).Add(partial).Add(split).Add(vocabulary).Add(top).Add(ids).Add(logprobs).Add(topIds).Add(topLogprobs);
            rows.Launch(stream, count, 1, 32, 0, ref second);
        }
    }
}
