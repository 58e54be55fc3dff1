using System.Text;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;

namespace HunyuanOcr.Web.Tests.Documents;

public sealed class FileKindTests
{
    public static TheoryData<byte[], string> Files() => new()
    {
        { TestPictures.Png(4, 4), "image/png" },
        { TestPictures.Tiff(4, 4), "image/tiff" },
        { [0xFF, 0xD8, 0xFF, 0xE0], "image/jpeg" },
        { Encoding.ASCII.GetBytes("RIFF....WEBPVP8 "), "image/webp" },
        { Encoding.ASCII.GetBytes("GIF89a"), "image/gif" },
        { TestPictures.Word(), "word" },
        { Encoding.ASCII.GetBytes("%PDF-1.7\n"), "pdf" },
        { Encoding.ASCII.GetBytes("<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"), "svg" },
        { Encoding.ASCII.GetBytes("  <!doctype html><title>x</title>"), "markup" },
        { Encoding.ASCII.GetBytes("\0\0\0\u0018ftypheic"), "heic" },
        { Encoding.UTF8.GetBytes("只是文字"), "text" },
        { [1, 2, 3, 4, 0, 0], "unknown" },
    };

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void A_file_is_what_its_first_bytes_say(byte[] file, string kind) => Assert.Equal(kind, FileKind.Of(file));

    [Theory]
    [MemberData(nameof(Files), DisableDiscoveryEnumeration = true)]
    public void Every_kind_that_is_no_picture_has_words_in_both_languages(byte[] file, string kind)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (kind.StartsWith("image/", StringComparison.Ordinal))
            return;
        foreach (PageLanguage language in Enum.GetValues<PageLanguage>())
            Assert.NotEmpty(RefusalWords.Of(new DocumentRefusal(RefusalCode.NotAPicture, "a.jpg", file.Length, Kind: kind), Words.Of(language)).Remedy);
    }
}
