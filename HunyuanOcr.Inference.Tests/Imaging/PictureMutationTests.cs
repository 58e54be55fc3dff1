using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class PictureMutationTests
{
    [Fact]
    public void Two_thousand_mutated_pictures_are_read_or_refused_and_nothing_else()
    {
        (string Name, byte[] Bytes)[] files = [.. TestPictures.Names.Select(name => (name, TestPictures.Bytes(name))).Where(file => file.Item2.Length < 60_000)];
        ImageLimits limits = new(4_000_000, TimeSpan.FromSeconds(5));
        int read = 0, refused = 0;

        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            Random random = new(seed);
            (string name, byte[] bytes) = files[random.Next(files.Length)];
            try
            {
                ImageDecoder.Decode(new OcrPicture(Mutate(bytes, random), name), limits, CancellationToken.None).Dispose();
                Interlocked.Increment(ref read);
            }
            catch (OcrPictureException)
            {
                Interlocked.Increment(ref refused);
            }
        });

        Assert.Equal(2000, read + refused);
        // Both outcomes are common, so the run really reached the decoders.
        Assert.True(read > 100 && refused > 500, $"{read} read, {refused} refused");
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        byte[] mutated = [.. bytes];
        for (int n = random.Next(1, 12); n > 0; n--)
        {
            // Headers are short and decide most.
            int place = random.Next(3) == 0 ? random.Next(mutated.Length) : random.Next(Math.Min(mutated.Length, 600));
            mutated[place] = (byte)random.Next(256);
        }
        return random.Next(4) == 0 ? mutated[..random.Next(1, mutated.Length)] : mutated;
    }
}
