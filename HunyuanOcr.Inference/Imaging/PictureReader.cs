using System.Security.Cryptography;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>What is known of a picture before it is decoded.</summary>
/// <param name="Key">SHA-256 of the file's bytes and the size to which it is scaled: the same key means the same patches.</param>
/// <param name="Grid">Its patches.</param>
/// <param name="Page">Its size before and after scaling.</param>
internal sealed record PictureIdentity(string Key, PatchGrid Grid, OcrPageSize Page);

/// <summary>The door to this folder: a file in memory becomes a picture for the vision tower.</summary>
/// <remarks>Safe to call from any thread. Works on the caller's thread; only few pictures are decoded at a time, the others wait.</remarks>
internal sealed class PictureReader : IDisposable
{
    private readonly PreprocessorOptions _preprocessor;
    private readonly PatchExtractor _extractor;
    private readonly ImageLimits _limits;
    private readonly SemaphoreSlim _gate;

    /// <exception cref="OcrConfigurationException">libvips is missing.</exception>
    internal PictureReader(PreprocessorOptions preprocessor, EngineOptions options)
    {
        VipsLibrary.Load(options.NativeFolder);
        _preprocessor = preprocessor;
        _extractor = new PatchExtractor(preprocessor);
        _limits = ImageLimits.From(options);
        // Half of the processors: the other half goes on generating text. Eight pictures of 50 megapixels take 1.2 GB.
        _gate = new SemaphoreSlim(Math.Clamp(Environment.ProcessorCount / 2, 1, 8));
    }

    /// <summary>Memory of the pictures read here.</summary>
    internal PixelPool Pool { get; } = new();

    /// <summary>Reads the header only, in well under a millisecond for most types, and hashes the file.</summary>
    /// <exception cref="OcrPictureException">The picture is refused.</exception>
    internal PictureIdentity Identify(OcrPicture picture)
    {
        using OpenedPicture opened = OpenedPicture.Open(picture, _limits.MaxPixels);
        PatchGrid grid = Fit(opened);
        string hash = Convert.ToHexStringLower(SHA256.HashData(picture.Bytes.Span));
        return new($"{hash}:{grid.ScaledWidth}x{grid.ScaledHeight}", grid, PageSize(opened, grid));
    }

    /// <summary>Decodes and scales a picture.</summary>
    /// <returns>The caller's; its memory serves the next picture when it is disposed.</returns>
    /// <exception cref="OcrPictureException">The picture is refused; the message is for people.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal ScaledPicture Read(OcrPicture picture, CancellationToken cancellationToken)
    {
        _gate.Wait(cancellationToken);
        try
        {
            using OpenedPicture opened = OpenedPicture.Open(picture, _limits.MaxPixels);
            PatchGrid grid = Fit(opened);
            RgbImage upright = ImageDecoder.Decode(opened, _limits, Pool, cancellationToken);
            return new ScaledPicture(Scale(upright, grid, cancellationToken), _extractor);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        Pool.Dispose();
    }

    /// <summary>Takes the image over; one that has its size already stays what it is.</summary>
    private RgbImage Scale(RgbImage upright, PatchGrid grid, CancellationToken cancellationToken)
    {
        if (upright.Width == grid.ScaledWidth && upright.Height == grid.ScaledHeight)
            return upright;
        using (upright)
            return BicubicResampler.Resize(upright, grid.ScaledWidth, grid.ScaledHeight, cancellationToken, Pool);
    }

    private PatchGrid Fit(OpenedPicture opened)
    {
        (int width, int height) = (opened.Orientation.Width, opened.Orientation.Height);
        return PatchGrid.Fit(width, height, Limited(opened.Picture)) ?? throw PictureRefusal.TooLong(opened.Picture, width, height);
    }

    private PreprocessorOptions Limited(OcrPicture picture) => picture.MaxPixels is { } most
        ? _preprocessor with { MaxPixels = Math.Clamp(most, _preprocessor.MinPixels, _preprocessor.MaxPixels) }
        : _preprocessor;

    private static OcrPageSize PageSize(OpenedPicture opened, PatchGrid grid) =>
        new(opened.Orientation.Width, opened.Orientation.Height, grid.ScaledWidth, grid.ScaledHeight);
}
