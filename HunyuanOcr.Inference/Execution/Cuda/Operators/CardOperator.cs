using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>An operator of ours that runs on the card, over memory of the card.</summary>
/// <param name="type">Number format of the part of the model that it stands in: Float16 or BFloat16.</param>
internal abstract class CardOperator(OrtElementType type) : CustomOperator
{
    public override string Provider => "CUDAExecutionProvider";

    /// <summary>Number format of that part.</summary>
    protected OrtElementType Type => type;

    /// <summary>A kernel's name for this number format.</summary>
    protected string Named(string kernel) => kernel + (type == OrtElementType.BFloat16 ? "_bf16" : "_fp16");
}
