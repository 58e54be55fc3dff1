using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>The residual stream in 32-bit floats, [rows, hidden], and its norms in the model's format, by our own operators.</summary>
internal sealed class ResidualStream(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, string rows)
{
    private string stream = "";

    /// <summary>Begins the stream and norms it.</summary>
    /// <param name="norm">Of the norm.</param>
    /// <param name="embeddings">[rows, hidden] in the model's format.</param>
    public string Begin(string norm, string embeddings) => Add(norm, "FirstNorm", [embeddings], rows);

    /// <summary>Puts what a layer adds onto the stream and norms the sum.</summary>
    /// <param name="norm">Of the norm.</param>
    /// <param name="added">[rows, hidden] in the model's format.</param>
    public string Add(string norm, string added) => Add(norm, "AddNorm", [stream, added], rows);

    /// <summary>The same with the parts of a product.</summary>
    /// <param name="norm">Of the norm.</param>
    /// <param name="parts">[parts, rows, hidden] in 32-bit floats.</param>
    public string AddParts(string norm, string parts) => Add(norm, "AddPartsNorm", [stream, parts], rows);

    /// <summary>Goes on with some rows only.</summary>
    /// <param name="wanted">Which, [kept], int64.</param>
    /// <param name="kept">Name of the dimension.</param>
    public void Keep(string wanted, string kept)
    {
        stream = graph.Node("wanted_residual", "", "Gather", [stream, wanted], Attribute("axis", 0L));
        rows = kept;
    }

    private string Add(string norm, string operation, string[] inputs, string dimension)
    {
        string gamma = graph.Weight(norm + ".weight", weights.Vector(norm + ".weight", text.HiddenSize)), sum = norm + ".residual";
        graph.Node(norm, HunyuanOcrDomain, operation, [.. inputs, gamma], [norm, sum], [Attribute("epsilon", text.RmsNormEpsilon)]);
        graph.Shape(norm, type, dimension, text.HiddenSize);
        graph.Shape(sum, DataType.Float, dimension, text.HiddenSize);
        stream = sum;
        return norm;
    }
}
