using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>The operators of ours that a model folder's graphs use, and their code on the card. Outlives the sessions that use them.</summary>
internal sealed class CardOperators : IDisposable
{
    private readonly List<DeviceCode> codes = [];

    /// <param name="context">The card.</param>
    /// <param name="type">Number format of the decoder: Float16 or BFloat16.</param>
    /// <param name="visionType">Number format of the vision tower: Float16 or BFloat16.</param>
    /// <param name="kernels">model.decoder.kernels of genai_config.json: rotation, swiglu, choice, matvec, products, attention, attentionofmany, tower.</param>
    /// <exception cref="OcrConfigurationException">A name is unknown, or the code cannot be used on this machine.</exception>
    public CardOperators(CudaContext context, OrtElementType type, OrtElementType visionType, IEnumerable<string> kernels)
    {
        try
        {
            foreach (string kernel in kernels)
                Operators.AddRange(Create(context, type, visionType, kernel));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the domain hunyuanocr holds; none where the graphs have ONNX Runtime's operators only.</summary>
    public List<CustomOperator> Operators { get; } = [];

    public void Dispose()
    {
        foreach (DeviceCode code in codes)
            code.Dispose();
    }

    private IEnumerable<CustomOperator> Create(CudaContext context, OrtElementType type, OrtElementType visionType, string kernel) => kernel switch
    {
        "rotation" => Rotations(type, Code(context, "split_rotate_norm")),
        "swiglu" => [new CardSwiGluOperator(type, Code(context, "swiglu"))],
        "choice" => [new TokenChoiceOperator(Code(context, "token_choice"))],
        "matvec" => Matvecs(type, Code(context, "matvec")),
        "products" => [.. ProductOperator.Create(type, Code(context, "products")), .. AddNormOperator.Create(type, Code(context, "add_norm"))],
        // In another graph, the same operator.
        "attentionofmany" => [],
        "attention" => Attentions(type, Code(context, "decode_attention")),
        "tower" => Tower(visionType, Code(context, "tower")),
        _ => throw new OcrConfigurationException([$"The model needs kernels named {kernel}, which this engine does not have. Export it again, or with --kernels operators."]),
    };

    private static IEnumerable<CustomOperator> Rotations(OrtElementType type, DeviceCode code) =>
        [new SplitRotateNormOperator(type, code, wide: false), new SplitRotateNormOperator(type, code, wide: true)];

    private static IEnumerable<CustomOperator> Attentions(OrtElementType type, DeviceCode code) =>
        [new DecodeAttentionOperator(type, code, wide: false), new DecodeAttentionOperator(type, code, wide: true)];

    private static IEnumerable<CustomOperator> Tower(OrtElementType type, DeviceCode code) =>
        [.. TowerNormOperator.Create(type, code), new BiasGeluOperator(type, code)];

    private static IEnumerable<CustomOperator> Matvecs(OrtElementType type, DeviceCode code) =>
        [.. NormMatvecOperator.Create(type, code), new AddLinearOperator(type, code)];

    private DeviceCode Code(CudaContext context, string name)
    {
        DeviceCode code = new(context, name);
        codes.Add(code);
        return code;
    }
}
