using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Tests.Imaging;

/// <summary>Alone in its collection: other decodings at the same time would show in the numbers.</summary>
[Collection(nameof(PictureMemoryTests))]
[CollectionDefinition(nameof(PictureMemoryTests), DisableParallelization = true)]
public class PictureMemoryTests
{
    [Fact]
    public void A_pixel_bomb_is_refused_from_its_header_with_both_numbers_and_no_memory()
    {
        byte[] bomb = HandmadePng.Grey(100_000, 100_000, rows: 10);
        Assert.True(bomb.Length < 5000);
        TestPictures.Decode(TestPictures.Load("grey.png")).Dispose();
        long before = Resident();

        OcrPictureException refused = Assert.Throws<OcrPictureException>(() => TestPictures.Decode(new OcrPicture(bomb, "plan.png")));

        Assert.Equal(OcrPictureFault.TooLarge, refused.Fault);
        Assert.Equal("plan.png has 10,000 megapixels (100,000 × 100,000), the limit is 50. Make it smaller.", refused.Message);
        Assert.True(Resident() - before < 16 << 20);
    }

    [Fact]
    public void Three_hundred_decodings_good_and_bad_give_their_memory_back()
    {
        OcrPicture[] pictures = [.. TestPictures.Names.Select(TestPictures.Load)];
        OcrPicture[] cut = [.. pictures.Select(picture => picture with { Bytes = picture.Bytes[..(picture.Bytes.Length * 2 / 3)] })];
        using PictureReader reader = new(TestPictures.Demo, TestPictures.Options);
        ReadAll(100);
        long before = Resident();

        ReadAll(300);

        // A thread of libvips lets its last buffer go some milliseconds after the picture was let go.
        SpinWait.SpinUntil(() => VipsNative.TrackedMemory() == 0, TimeSpan.FromSeconds(60));
        Assert.Equal((nuint)0, VipsNative.TrackedMemory());
        long grown = Resident() - before;
        Assert.True(grown < 24 << 20, $"{grown >> 20} MiB more after 300 decodings");

        void ReadAll(int count)
        {
            for (int i = 0; i < count; i++)
            {
                try
                {
                    reader.Read((i % 3 == 0 ? cut : pictures)[i % pictures.Length], CancellationToken.None).Dispose();
                }
                catch (OcrPictureException) when (i % 3 == 0)
                {
                    // Meant to fail; what it leaves behind is the question.
                }
            }
        }
    }

    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet;
    }
}
