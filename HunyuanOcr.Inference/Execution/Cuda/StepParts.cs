using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>A slice and the row of the step's result that it fills; -1 for none.</summary>
internal readonly record struct PartSlice(StepSlice Slice, int Row);

/// <summary>A step's slices, parted by the graph that runs them: a token after its prompt goes through the recorded decode graph, everything else through the decoder.</summary>
internal sealed class StepParts
{
    private readonly List<PartSlice> decoding = [];
    private readonly List<PartSlice> prefilling = [];

    public IReadOnlyList<PartSlice> Decoding => decoding;

    public IReadOnlyList<PartSlice> Prefilling => prefilling;

    public void Part(StepPlan plan)
    {
        decoding.Clear();
        prefilling.Clear();
        for (int i = 0, row = 0; i < plan.Slices.Count; i++)
        {
            StepSlice slice = plan.Slices[i];
            var part = new PartSlice(slice, slice.WantsLogits ? row++ : -1);
            (IsDecoding(slice) ? decoding : prefilling).Add(part);
        }
    }

    /// <summary>Behind the prompt all four position axes are equal and there are no vision vectors: just what the decode graph takes.</summary>
    private static bool IsDecoding(StepSlice slice) => slice.Count == 1 && slice.WantsLogits && slice.Start >= slice.Sequence.Prompt.TokenIds.Length;
}
