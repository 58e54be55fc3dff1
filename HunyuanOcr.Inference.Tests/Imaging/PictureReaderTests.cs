using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public sealed class PictureReaderTests : IDisposable
{
    private readonly PictureReader _reader = new(TestPictures.Demo, TestPictures.Options);

    public static TheoryData<string> Files => [.. TestPictures.Names];

    public void Dispose() => _reader.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Patches_equal_the_reference_bit_for_bit_with_the_demo_sizes(string name) =>
        AssertSame(ReferencePictures.Of(name).Demo, _reader.Read(TestPictures.Load(name), CancellationToken.None));

    [Theory]
    [MemberData(nameof(Files))]
    public void Patches_equal_the_reference_bit_for_bit_with_the_public_sizes(string name)
    {
        using PictureReader reader = new(new PreprocessorOptions(), TestPictures.Options);

        AssertSame(ReferencePictures.Of(name).Public, reader.Read(TestPictures.Load(name), CancellationToken.None));
    }

    private static void AssertSame(ReferencePictures.Patches expected, PatchTensor patches)
    {
        Assert.Equal((expected.GridHeight, expected.GridWidth), (patches.GridHeight, patches.GridWidth));
        Assert.Equal(expected.GridHeight * expected.GridWidth * 768, patches.Values.Length);
        Assert.Equal(expected.First, patches.Values[..expected.First.Length]);
        Assert.Equal(expected.Sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(patches.Values.AsSpan()))));
    }
}
