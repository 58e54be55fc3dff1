using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cpu;

/// <summary>
/// The vision tower for one picture: patches [N, channels * patch * patch] and their grid in, the vectors that stand for the
/// picture in the prompt out.
/// </summary>
internal sealed class VisionGraph
{
    public const string FileName = "vision.onnx";

    private readonly GraphBuilder graph = new("vision");
    private readonly ModelWeights weights;
    private readonly VisionConfiguration vision;
    private readonly MatrixProduct product;
    private readonly int textHidden;

    private VisionGraph(Checkpoint checkpoint, ModelConfiguration model, MatrixProduct product)
    {
        vision = model.Vision;
        textHidden = model.Text.HiddenSize;
        this.product = product;
        weights = new ModelWeights(checkpoint, WeightNames.Vision);
    }

    /// <param name="product">How the matrices of the layers are multiplied; patch embedding and merger stay in 32 bits.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    public static BuiltGraph Build(Checkpoint checkpoint, ModelConfiguration model, MatrixProduct product) =>
        new VisionGraph(checkpoint, model, product).Build();

    private BuiltGraph Build()
    {
        string patches = graph.Input("patches", DataType.Float, "patches", vision.PatchElements);
        graph.Input("grid", DataType.Int64, 2);

        // Every addition to the residual stream is done by the layer normalisation that follows it, biases included.
        string added = MatrixProduct.Float32.Apply(graph, "patch_embedding", patches, PatchEmbedding());
        string residual = PositionGrid();
        string addedBias = graph.Weight("patch_embedding.bias", weights.Vector("embeddings.patch_embedding.bias", vision.HiddenSize));
        for (int layer = 0; layer < vision.Layers; layer++)
        {
            string name = $"layers.{layer}";
            ModelWeights own = weights.Under(name + ".");
            (string normed, residual) = AddAndNorm(name + ".layer_norm1", own, "layer_norm1", added, addedBias, residual);
            added = Attention(name, own, normed);
            addedBias = graph.Weight(name + ".o_proj.bias", own.Vector("self_attn.o_proj.bias", vision.HiddenSize));
            (normed, residual) = AddAndNorm(name + ".layer_norm2", own, "layer_norm2", added, addedBias, residual);
            added = Perceptron(name, own, normed);
            addedBias = graph.Weight(name + ".fc2.bias", own.Vector("mlp.fc2.bias", vision.HiddenSize));
        }
        Merge(BeforeMerge(added, addedBias, residual));
        return graph.Build(FileName);
    }

    // A convolution with its stride as large as its kernel, so a plain matrix product over whole patches.
    private WeightMatrix PatchEmbedding() => new([weights.Tensor("embeddings.patch_embedding.weight",
        vision.HiddenSize, vision.Channels, vision.PatchSize, vision.PatchSize)]);

    /// <summary>The learned position grid, resized to the picture's: [N, hidden].</summary>
    private string PositionGrid()
    {
        long edge = vision.PositionEdge;
        StoredTensor stored = weights.Tensor("embeddings.position_embedding.weight", edge * edge + 1, vision.HiddenSize);
        // Row 0 belongs to a class token that the model no longer has.
        string table = graph.Weight("position_grid", new RowMajorTensor(new WeightMatrix([stored], firstRow: 1), 1, edge, edge, vision.HiddenSize));
        string size = graph.Node("position_size", "", "Concat",
            [graph.Integers("one", 1), "grid", graph.Integers("hidden_size", vision.HiddenSize)], Attribute("axis", 0L));
        string resized = graph.Node("position_resized", "", "Resize", [table, "", "", size],
            Attribute("mode", "linear"), Attribute("coordinate_transformation_mode", "half_pixel"), Attribute("antialias", 0L));
        return graph.Node("positions", "", "Reshape", [resized, graph.Integers("rows_of_hidden", -1, vision.HiddenSize)]);
    }

    private (string Normed, string Sum) AddAndNorm(string name, ModelWeights own, string norm, string added, string addedBias, string residual)
    {
        string gamma = graph.Weight(name + ".weight", own.Vector(norm + ".weight", vision.HiddenSize));
        string beta = graph.Weight(name + ".bias", own.Vector(norm + ".bias", vision.HiddenSize));
        string sum = name + ".residual";
        graph.Node(name, MicrosoftDomain, "SkipLayerNormalization", [added, residual, gamma, beta, addedBias], [name, "", "", sum],
            [Attribute("epsilon", vision.NormEpsilon)]);
        return (name, sum);
    }

    /// <summary>Full attention within the picture; the output projection's bias is left to the next norm.</summary>
    private string Attention(string name, ModelWeights own, string normed)
    {
        string query = Projection(name, own, "q_proj", normed);
        string key = Projection(name, own, "k_proj", normed);
        string value = Projection(name, own, "v_proj", normed);
        string attended = graph.Node(name + ".attention", MicrosoftDomain, "MultiHeadAttention", [query, key, value],
            Attribute("num_heads", vision.Heads), Attribute("scale", 1 / MathF.Sqrt(vision.HeadSize)));
        string rows = graph.Node(name + ".attention_rows", "", "Reshape", [attended, graph.Integers("rows_of_hidden", -1, vision.HiddenSize)]);
        return product.Apply(graph, name + ".o_proj", rows, own.Matrix("self_attn.o_proj.weight", vision.HiddenSize, vision.HiddenSize));
    }

    private string Projection(string name, ModelWeights own, string which, string normed)
    {
        string projected = product.Apply(graph, $"{name}.{which}", normed,
            own.Matrix($"self_attn.{which}.weight", vision.HiddenSize, vision.HiddenSize),
            own.Vector($"self_attn.{which}.bias", vision.HiddenSize));
        return graph.Node($"{name}.{which}_batch", "", "Reshape", [projected, graph.Integers("batch_of_rows", 1, -1, vision.HiddenSize)]);
    }

    /// <summary>The two-layer perceptron with exact GELU; its second bias is left to the next norm.</summary>
    private string Perceptron(string name, ModelWeights own, string normed)
    {
        string wide = product.Apply(graph, name + ".fc1", normed,
            own.Matrix("mlp.fc1.weight", vision.IntermediateSize, vision.HiddenSize));
        string activated = BiasGelu(name + ".gelu", wide, own.Vector("mlp.fc1.bias", vision.IntermediateSize));
        return product.Apply(graph, name + ".fc2", activated,
            own.Matrix("mlp.fc2.weight", vision.HiddenSize, vision.IntermediateSize));
    }

    private string BiasGelu(string name, string input, TensorContent bias) =>
        graph.Node(name, MicrosoftDomain, "BiasGelu", [input, graph.Weight(name + ".bias", bias)]);

    private string BeforeMerge(string added, string addedBias, string residual)
    {
        string gamma = graph.Weight("before_rms.weight", weights.Vector("patch_merger.before_rms.weight", vision.HiddenSize));
        return graph.Node("before_rms", MicrosoftDomain, "SkipSimplifiedLayerNormalization", [added, residual, gamma, addedBias],
            Attribute("epsilon", vision.NormEpsilon));
    }

    /// <summary>Merges squares of patches, ends every row with the newline vector, frames the whole with begin and end.</summary>
    private void Merge(string hidden)
    {
        ModelWeights own = weights.Under("patch_merger.");
        long merged = 4L * vision.HiddenSize;
        string mergedGrid = graph.Node("merged_grid", "", "Div", ["grid", graph.Integers("merge", vision.MergeSize, vision.MergeSize)]);
        string squares = Squares(hidden, mergedGrid);
        string wide = MatrixProduct.Float32.Apply(graph, "proj_conv", squares, SquareConvolution(own));
        string activated = BiasGelu("merge_gelu", wide, own.Vector("proj_conv.bias", 2L * vision.HiddenSize));
        string projected = MatrixProduct.Float32.Apply(graph, "proj_out", activated,
            new WeightMatrix([own.Tensor("proj_out.weight", merged, 2L * vision.HiddenSize, 1, 1)]), own.Vector("proj_out.bias", merged));

        string gridShape = graph.Node("merged_shape", "", "Concat", [mergedGrid, graph.Integers("merged_size", merged)], Attribute("axis", 0L));
        string rows = graph.Node("merged_rows", "", "Reshape", [projected, gridShape]);
        string height = graph.Node("merged_height", "", "Gather", [mergedGrid, graph.Integers("first", 0)], Attribute("axis", 0L));
        string newlineShape = graph.Node("newline_shape", "", "Concat", [height, graph.Integers("one_vector", 1, merged)], Attribute("axis", 0L));
        string newlines = graph.Node("newlines", "", "Expand",
            [graph.Weight("image_newline", own.Vector("image_newline", merged, 1, 1, merged)), newlineShape]);
        string lines = graph.Node("lines", "", "Concat", [rows, newlines], Attribute("axis", 1L));
        string vectors = graph.Node("line_vectors", "", "Reshape", [lines, graph.Integers("rows_of_merged", -1, merged)]);

        string text = MatrixProduct.Float32.Apply(graph, "to_text", vectors, own.Matrix("mlp.weight", textHidden, merged), own.Vector("mlp.bias", textHidden));
        string framed = graph.Node("framed", "", "Concat",
        [
            graph.Weight("image_begin", own.Vector("image_begin", textHidden, 1, textHidden)),
            text,
            graph.Weight("image_end", own.Vector("image_end", textHidden, 1, textHidden)),
        ], Attribute("axis", 0L));
        string output = graph.Node("image_embeds", "", "SimplifiedLayerNormalization",
            [framed, graph.Weight("after_rms.weight", own.Vector("after_rms.weight", textHidden))],
            Attribute("axis", -1L), Attribute("epsilon", vision.NormEpsilon));
        graph.Output(output, DataType.Float, "vectors", textHidden);
    }

    /// <summary>Gathers the patches of each merge square into one row: [merged patches, merge * merge * hidden].</summary>
    private string Squares(string hidden, string mergedGrid)
    {
        string height = graph.Node("squares_height", "", "Gather", [mergedGrid, graph.Integers("first", 0)], Attribute("axis", 0L));
        string shape = graph.Node("squares_shape", "", "Concat",
            [height, graph.Integers("squares_tail", vision.MergeSize, -1, vision.MergeSize, vision.HiddenSize)], Attribute("axis", 0L));
        string split = graph.Node("squares_split", "", "Reshape", [hidden, shape]);
        string grouped = graph.Node("squares_grouped", "", "Transpose", [split], Attribute("perm", 0, 2, 1, 3, 4));
        long elements = (long)vision.MergeSize * vision.MergeSize * vision.HiddenSize;
        return graph.Node("squares", "", "Reshape", [grouped, graph.Integers("rows_of_square", -1, elements)]);
    }

    /// <summary>The stride-2 convolution [2 hidden, hidden, merge, merge] with its columns in the order of <see cref="Squares"/>.</summary>
    private WeightMatrix SquareConvolution(ModelWeights own)
    {
        int places = vision.MergeSize * vision.MergeSize;
        var order = new int[places * vision.HiddenSize];
        for (int i = 0; i < order.Length; i++)
            order[i] = i % vision.HiddenSize * places + i / vision.HiddenSize;
        StoredTensor stored = own.Tensor("proj_conv.weight", 2L * vision.HiddenSize, vision.HiddenSize, vision.MergeSize, vision.MergeSize);
        return new WeightMatrix([stored], columnOrder: order);
    }
}
