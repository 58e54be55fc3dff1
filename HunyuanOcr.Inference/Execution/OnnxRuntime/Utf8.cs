using System.Text;

namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>Strings as the C API takes them.</summary>
internal static class Utf8
{
    /// <summary>UTF-8 with a zero byte at its end.</summary>
    public static byte[] Terminated(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
