using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>hunyuanocr.TokenChoice and TokenChoicePenalised: the likeliest token of every row, its log-probability, the likeliest five.</summary>
/// <remarks>
/// Inputs: 0 logits float [rows, V]; with a penalty 1 repetition_penalty float [rows], 2 seen uint8 [rows, V]. Outputs: token_ids int64
/// [rows], token_logprobs float [rows], top_ids int32 [rows, 5], top_logprobs float [rows, 5]; with a penalty seen_out, which must be the
/// memory of seen, where chosen tokens are marked; last a place for what the parts of a row leave to each other. Equal logits: the lower
/// id first.
/// </remarks>
/// <param name="code">token_choice.</param>
/// <param name="penalised">With a penalty.</param>
internal sealed class TokenChoiceOperator(DeviceCode code, bool penalised) : CustomOperator
{
    private const OrtElementType F = OrtElementType.Float;

    private readonly DeviceFunction parts = code.Function("token_choice_parts");
    private readonly DeviceFunction rows = code.Function("token_choice_rows");

    public override string Name => penalised ? "TokenChoicePenalised" : "TokenChoice";

    public override string Provider => "CUDAExecutionProvider";

    public override IReadOnlyList<OrtElementType> Inputs => penalised ? [F, F, OrtElementType.UInt8] : [F];

    public override IReadOnlyList<OrtElementType> Outputs => penalised
        ? [OrtElementType.Int64, F, OrtElementType.Int32, F, OrtElementType.UInt8, F]
        : [OrtElementType.Int64, F, OrtElementType.Int32, F, F];

    public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(parts, rows, penalised);

    private sealed unsafe class Kernel(DeviceFunction parts, DeviceFunction rows, bool penalised) : CustomKernel
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
            Span<long> shape = stackalloc long[2], column = stackalloc long[1];
            void* logits = context.Input(0, shape);
            long count = shape[0], vocabulary = shape[1], top = Math.Min(Top, vocabulary);
            void* penalty = penalised ? context.Input(1, column) : null;
            void* seen = penalised ? context.Input(2, shape) : null;
            void* ids = context.Output(0, count);
            void* logprobs = context.Output(1, count);
            void* topIds = context.Output(2, count, top);
            void* topLogprobs = context.Output(3, count, top);
            if (penalised && context.Output(4, count, vocabulary) != seen)
                throw new ArgumentException("seen_out is not bound to the memory of seen");
            long split = Math.Clamp(Math.Min(Blocks / Math.Max(count, 1), vocabulary / Threads), 1, MostParts);
            void* partial = context.Output(penalised ? 5 : 4, count, split * PartNumbers);
            if (count == 0)
                return;
            nint stream = context.GpuStream();
            KernelArguments first = default(KernelArguments).Add(logits).Add(penalty).Add(seen).Add(partial).Add(vocabulary);
            parts.Launch(stream, split, count, Threads, 0, ref first);
            KernelArguments second = default(KernelArguments).Add(partial).Add(split).Add(vocabulary).Add(top).Add(ids).Add(logprobs).Add(topIds).Add(topLogprobs).Add(seen);
            rows.Launch(stream, count, 1, 32, 0, ref second);
        }
    }
}
