using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs;

/// <summary>
/// The vision tower for one picture: patches [N, channels * patch * patch] in 32-bit floats and their grid in, the vectors that stand
/// for the picture in the prompt out. What a device does in its own way stands in the classes below this one.
/// </summary>
internal abstract class VisionGraph
{
    public const string FileName = "vision.onnx";

    private readonly DataType outputType;
    private readonly int textHidden;

    /// <param name="type">Number format of the tower.</param>
    /// <param name="outputType">Number format of the vectors.</param>
    protected VisionGraph(Checkpoint checkpoint, ModelConfiguration model, DataType type, DataType outputType)
    {
        Vision = model.Vision;
        Type = type;
        Weights = new ModelWeights(checkpoint, WeightNames.Vision, type);
        textHidden = model.Text.HiddenSize;
        this.outputType = outputType;
    }

    /// <summary>Weights of a layer normalisation, by their names in the graph.</summary>
    protected readonly record struct NormWeights(string Gamma, string Beta);

    protected GraphBuilder Graph { get; } = new("vision");

    protected ModelWeights Weights { get; }

    protected VisionConfiguration Vision { get; }

    protected DataType Type { get; }

    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    protected BuiltGraph Build()
    {
        string patches = Graph.Input("patches", DataType.Float, "patches", Vision.PatchElements);
        Graph.Input("grid", DataType.Int64, 2);
        if (Type != DataType.Float)
            patches = Graph.Node("patches_narrowed", "", "Cast", [patches], Attribute("to", (long)Type));

        // Every addition to the residual stream is done by the layer normalisation that follows it, biases included.
        string added = Multiply("patch_embedding", patches, PatchEmbedding());
        string residual = PositionGrid();
        string addedBias = Graph.Weight("patch_embedding.bias", Weights.Vector("embeddings.patch_embedding.bias", Vision.HiddenSize));
        for (int layer = 0; layer < Vision.Layers; layer++)
        {
            string name = $"layers.{layer}";
            ModelWeights own = Weights.Under(name + ".");
            (string normed, residual) = AddAndNorm(name + ".layer_norm1", Norm(name, own, "layer_norm1"), added, addedBias, residual, first: layer == 0);
            added = Attention(name, own, normed);
            addedBias = Graph.Weight(name + ".o_proj.bias", OutputBias(own));
            (normed, residual) = AddAndNorm(name + ".layer_norm2", Norm(name, own, "layer_norm2"), added, addedBias, residual, first: false);
            added = Perceptron(name, own, normed);
            addedBias = Graph.Weight(name + ".fc2.bias", own.Vector("mlp.fc2.bias", Vision.HiddenSize));
        }
        string gamma = Graph.Weight("before_rms.weight", Weights.Vector("patch_merger.before_rms.weight", Vision.HiddenSize));
        Merge(BeforeMerge(gamma, added, addedBias, residual));
        return Graph.Build(FileName);
    }

    /// <summary>A linear map of the patch embedding or the merger.</summary>
    /// <param name="name">Of the node and its result; weights are named after it.</param>
    protected abstract string Multiply(string name, string input, WeightMatrix matrix, TensorContent? bias = null);

    /// <summary>A linear map of a layer.</summary>
    /// <inheritdoc cref="Multiply" path="/param"/>
    protected abstract string MultiplyInLayer(string name, string input, WeightMatrix matrix, TensorContent? bias = null);

    /// <summary>The learned position grid, resized to the picture's: [N, hidden].</summary>
    protected abstract string PositionGrid();

    /// <summary>What attention takes as its queries, keys or values: [N, hidden].</summary>
    /// <param name="which">q_proj, k_proj or v_proj.</param>
    protected abstract string Project(string name, ModelWeights own, string which, string normed);

    /// <summary>The bias that follows the output projection of the attention.</summary>
    protected abstract TensorContent OutputBias(ModelWeights own);

    /// <summary>Puts what a layer adds onto the residual stream, and norms the sum.</summary>
    /// <param name="name">Of the node and the norm.</param>
    /// <param name="norm">Weights of the norm.</param>
    /// <param name="added">[N, hidden], without its bias.</param>
    /// <param name="addedBias">[hidden].</param>
    /// <param name="residual">The stream so far; at first the positions.</param>
    /// <param name="first">Whether the stream begins here.</param>
    protected virtual (string Normed, string Sum) AddAndNorm(string name, NormWeights norm, string added, string addedBias, string residual, bool first)
    {
        string sum = name + ".residual";
        Graph.Node(name, MicrosoftDomain, "SkipLayerNormalization", [added, residual, norm.Gamma, norm.Beta, addedBias], [name, "", "", sum],
            [Attribute("epsilon", Vision.NormEpsilon)]);
        return (name, sum);
    }

    /// <summary>Puts what the last layer adds onto the residual stream, and norms the sum for the merger.</summary>
    /// <param name="gamma">Weights of the norm.</param>
    /// <param name="added">[N, hidden], without its bias.</param>
    /// <param name="addedBias">[hidden].</param>
    /// <param name="residual">The stream so far.</param>
    protected virtual string BeforeMerge(string gamma, string added, string addedBias, string residual) =>
        Graph.Node("before_rms", MicrosoftDomain, "SkipSimplifiedLayerNormalization", [added, residual, gamma, addedBias], Attribute("epsilon", Vision.NormEpsilon));

    /// <summary>The exact GELU of a sum.</summary>
    /// <param name="name">Of the node and its result.</param>
    /// <param name="input">[rows, columns].</param>
    /// <param name="bias">[columns].</param>
    /// <param name="rows">Name of that dimension.</param>
    /// <param name="columns">Of the input.</param>
    protected virtual string BiasGelu(string name, string input, string bias, string rows, long columns) =>
        Graph.Node(name, MicrosoftDomain, "BiasGelu", [input, bias]);

    /// <summary>The stored position grid [edge * edge, hidden].</summary>
    protected WeightMatrix StoredPositions()
    {
        long edge = Vision.PositionEdge;
        // Row 0 belongs to a class token that the model no longer has.
        return new([Weights.Tensor("embeddings.position_embedding.weight", edge * edge + 1, Vision.HiddenSize)], firstRow: 1);
    }

    /// <summary>Resizes bilinearly between pixel centres, as the reference does.</summary>
    protected string Resize(string table, string size) => Graph.Node("position_resized", "", "Resize", [table, "", "", size],
        Attribute("mode", "linear"), Attribute("coordinate_transformation_mode", "half_pixel"), Attribute("antialias", 0L));

    // A convolution with its stride as large as its kernel, so a plain matrix product over whole patches.
    private WeightMatrix PatchEmbedding() => new([Weights.Tensor("embeddings.patch_embedding.weight",
        Vision.HiddenSize, Vision.Channels, Vision.PatchSize, Vision.PatchSize)]);

    private NormWeights Norm(string layer, ModelWeights own, string norm) => new(
        Graph.Weight($"{layer}.{norm}.weight", own.Vector(norm + ".weight", Vision.HiddenSize)),
        Graph.Weight($"{layer}.{norm}.bias", own.Vector(norm + ".bias", Vision.HiddenSize)));

    /// <summary>Full attention within the picture; the output projection's bias is left to the next norm.</summary>
    private string Attention(string name, ModelWeights own, string normed)
    {
        string query = Batch(name, own, "q_proj", normed), key = Batch(name, own, "k_proj", normed), value = Batch(name, own, "v_proj", normed);
        string attended = Graph.Node(name + ".attention", MicrosoftDomain, "MultiHeadAttention", [query, key, value],
            Attribute("num_heads", Vision.Heads), Attribute("scale", 1 / MathF.Sqrt(Vision.HeadSize)));
        string rows = Graph.Node(name + ".attention_rows", "", "Reshape", [attended, Graph.Integers("rows_of_hidden", -1, Vision.HiddenSize)]);
        return MultiplyInLayer(name + ".o_proj", rows, own.Matrix("self_attn.o_proj.weight", Vision.HiddenSize, Vision.HiddenSize));
    }

    private string Batch(string name, ModelWeights own, string which, string normed)
    {
        string projected = Project(name, own, which, normed);
        return Graph.Node($"{name}.{which}_batch", "", "Reshape", [projected, Graph.Integers("batch_of_rows", 1, -1, Vision.HiddenSize)]);
    }

    /// <summary>The two-layer perceptron with exact GELU; its second bias is left to the next norm.</summary>
    private string Perceptron(string name, ModelWeights own, string normed)
    {
        string wide = MultiplyInLayer(name + ".fc1", normed, own.Matrix("mlp.fc1.weight", Vision.IntermediateSize, Vision.HiddenSize));
        string activated = BiasGelu(name + ".gelu", wide, Graph.Weight(name + ".gelu.bias", own.Vector("mlp.fc1.bias", Vision.IntermediateSize)), "patches", Vision.IntermediateSize);
        return MultiplyInLayer(name + ".fc2", activated, own.Matrix("mlp.fc2.weight", Vision.HiddenSize, Vision.IntermediateSize));
    }

    /// <summary>Merges squares of patches, ends every row with the newline vector, frames the whole with begin and end.</summary>
    private void Merge(string hidden)
    {
        ModelWeights own = Weights.Under("patch_merger.");
        long merged = 4L * Vision.HiddenSize;
        string mergedGrid = Graph.Node("merged_grid", "", "Div", ["grid", Graph.Integers("merge", Vision.MergeSize, Vision.MergeSize)]);
        string wide = Multiply("proj_conv", Squares(hidden, mergedGrid), SquareConvolution(own));
        string activated = BiasGelu("merge_gelu", wide, Graph.Weight("merge_gelu.bias", own.Vector("proj_conv.bias", 2L * Vision.HiddenSize)), "squares", 2L * Vision.HiddenSize);
        string projected = Multiply("proj_out", activated, new WeightMatrix([own.Tensor("proj_out.weight", merged, 2L * Vision.HiddenSize, 1, 1)]),
            own.Vector("proj_out.bias", merged));
        string text = Multiply("to_text", Lines(own, projected, mergedGrid, merged), own.Matrix("mlp.weight", textHidden, merged), own.Vector("mlp.bias", textHidden));
        string framed = Graph.Node("framed", "", "Concat",
        [
            Graph.Weight("image_begin", own.Vector("image_begin", textHidden, 1, textHidden)),
            text,
            Graph.Weight("image_end", own.Vector("image_end", textHidden, 1, textHidden)),
        ], Attribute("axis", 0L));
        string normed = Graph.Node(Type == outputType ? "image_embeds" : "after_rms", "", "SimplifiedLayerNormalization",
            [framed, Graph.Weight("after_rms.weight", own.Vector("after_rms.weight", textHidden))],
            Attribute("axis", -1L), Attribute("epsilon", Vision.NormEpsilon));
        if (Type != outputType)
            normed = Graph.Node("image_embeds", "", "Cast", [normed], Attribute("to", (long)outputType));
        Graph.Output(normed, outputType, "vectors", textHidden);
    }

    /// <summary>The merged rows of the grid, each with the newline vector at its end: [rows * (columns + 1), merged].</summary>
    private string Lines(ModelWeights own, string projected, string mergedGrid, long merged)
    {
        string gridShape = Graph.Node("merged_shape", "", "Concat", [mergedGrid, Graph.Integers("merged_size", merged)], Attribute("axis", 0L));
        string rows = Graph.Node("merged_rows", "", "Reshape", [projected, gridShape]);
        string height = Graph.Node("merged_height", "", "Gather", [mergedGrid, Graph.Integers("first", 0)], Attribute("axis", 0L));
        string newlineShape = Graph.Node("newline_shape", "", "Concat", [height, Graph.Integers("one_vector", 1, merged)], Attribute("axis", 0L));
        string newlines = Graph.Node("newlines", "", "Expand",
            [Graph.Weight("image_newline", own.Vector("image_newline", merged, 1, 1, merged)), newlineShape]);
        string lines = Graph.Node("lines", "", "Concat", [rows, newlines], Attribute("axis", 1L));
        return Graph.Node("line_vectors", "", "Reshape", [lines, Graph.Integers("rows_of_merged", -1, merged)]);
    }

    /// <summary>Gathers the patches of each merge square into one row: [merged patches, merge * merge * hidden].</summary>
    private string Squares(string hidden, string mergedGrid)
    {
        string height = Graph.Node("squares_height", "", "Gather", [mergedGrid, Graph.Integers("first", 0)], Attribute("axis", 0L));
        string shape = Graph.Node("squares_shape", "", "Concat",
            [height, Graph.Integers("squares_tail", Vision.MergeSize, -1, Vision.MergeSize, Vision.HiddenSize)], Attribute("axis", 0L));
        string split = Graph.Node("squares_split", "", "Reshape", [hidden, shape]);
        string grouped = Graph.Node("squares_grouped", "", "Transpose", [split], Attribute("perm", 0, 2, 1, 3, 4));
        long elements = (long)Vision.MergeSize * Vision.MergeSize * Vision.HiddenSize;
        return Graph.Node("squares", "", "Reshape", [grouped, Graph.Integers("rows_of_square", -1, elements)]);
    }

    /// <summary>The stride-2 convolution [2 hidden, hidden, merge, merge] with its columns in the order of <see cref="Squares"/>.</summary>
    private WeightMatrix SquareConvolution(ModelWeights own)
    {
        int places = Vision.MergeSize * Vision.MergeSize;
        var order = new int[places * Vision.HiddenSize];
        for (int i = 0; i < order.Length; i++)
            order[i] = i % Vision.HiddenSize * places + i / Vision.HiddenSize;
        StoredTensor stored = own.Tensor("proj_conv.weight", 2L * Vision.HiddenSize, Vision.HiddenSize, Vision.MergeSize, Vision.MergeSize);
        return new WeightMatrix([stored], columnOrder: order);
    }
}
