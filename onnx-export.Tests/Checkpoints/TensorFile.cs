using System.Buffers.Binary;
using System.Text;

namespace OnnxExport.Tests.Checkpoints;

/// <summary>Safetensors files put together byte by byte.</summary>
internal static class TensorFile
{
    /// <summary>A file with this header and so many bytes of data, in which byte i is i.</summary>
    public static string Write(string path, string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)json.Length);
        json.CopyTo(file, 8);
        for (int i = 0; i < dataBytes; i++)
            file[8 + json.Length + i] = (byte)i;
        File.WriteAllBytes(path, file);
        return path;
    }

    /// <summary>Header of one tensor.</summary>
    public static string Header(string name, string dtype, string shape, int begin, int end) =>
        $$"""{"__metadata__":{"format":"pt"},"{{name}}":{"dtype":"{{dtype}}","shape":{{shape}},"data_offsets":[{{begin}},{{end}}] } }""";
}
