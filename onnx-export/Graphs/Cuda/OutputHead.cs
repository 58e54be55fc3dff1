using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>Logits in 32-bit floats: computed so by our own product, rounded to the model's format and widened again by ONNX Runtime's.</summary>
internal static class OutputHead
{
    /// <param name="normed">[rows, hidden].</param>
    /// <param name="head">The output head, a weight of the graph.</param>
    /// <param name="rows">Name of the first dimension.</param>
    /// <returns>[rows, vocabulary].</returns>
    public static string Apply(GraphBuilder graph, TextConfiguration text, CudaKernels kernels, string normed, string head, string rows)
    {
        if (!kernels.HasFlag(CudaKernels.Products))
            return graph.Node("logits", "", "Cast", [Linear.Apply(graph, "logits_narrow", normed, head)], Attribute("to", (long)DataType.Float));
        string logits = graph.Node("logits", HunyuanOcrDomain, "Product", [normed, head]);
        graph.Shape(logits, DataType.Float, rows, text.VocabularySize);
        return logits;
    }
}
