using Onnx;
using OnnxExport.Configuration;

namespace OnnxExport.Weights;

/// <summary>
/// Cosines or sines of the rotary angles [positions, head size / 2] of tokens whose position axes are equal. As in the reference an
/// angle is a product of 32-bit floats.
/// </summary>
internal sealed class RopeTable(TextConfiguration text, Func<double, double> function, TensorProto.Types.DataType type)
    : TensorContent(type, text.ContextLength, text.HeadSize / 2)
{
    public override void WriteTo(ITensorSink sink)
    {
        float[] frequencies = [.. Enumerable.Range(0, text.HeadSize / 2).Select(i => (float)(1 / Math.Pow(Base, 2.0 * i / text.HeadSize)))];
        using WorkingMemory.Buffer<float> row = sink.Memory.Rent<float>(frequencies.Length);
        for (int position = 0; position < text.ContextLength; position++)
        {
            for (int i = 0; i < frequencies.Length; i++)
            {
                float angle = position * frequencies[i];
                row.Span[i] = (float)function(angle);
            }
            NumberFormat.Write(sink, row.Span, Type, "rotary table");
        }
    }

    private double Base => text.Rope.Theta * Math.Pow(text.Rope.Alpha, (double)text.HeadSize / (text.HeadSize - 2));
}
