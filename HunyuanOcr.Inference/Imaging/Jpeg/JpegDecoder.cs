using System.Collections.Concurrent;
using System.Runtime.Intrinsics.X86;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>Decodes a plain JPEG on several processors: one reads its codes, which go on from bit to bit, the others make pixels of what it has read.</summary>
/// <remarks>Gives the pixels of libvips (libjpeg-turbo) bit for bit. Whatever is unusual about a file, and whatever is wrong with it, is left to libvips:
/// then nothing was decoded here.</remarks>
internal sealed unsafe class JpegDecoder
{
    private const int LeastSide = 16;
    private const int MostPixels = 1 << 24;
    private const int SlotsOfAWorker = 4;

    private readonly JpegHeader _header;
    private readonly JpegPlanes _planes;
    private readonly RgbImage _upright;
    private readonly Orientation _orientation;
    private readonly ScanReader _reader;
    private readonly byte* _slots;
    private readonly int[] _missing;
    private readonly ConcurrentStack<int> _free = new();
    private readonly ConcurrentQueue<(int Row, int Slot)> _read = new();
    private Exception? _failure;
    private int _queued;
    private int _done;

    private JpegDecoder(JpegHeader header, RgbImage upright, Orientation orientation, byte* memory, byte* scan, int length, int slots)
    {
        (_header, _upright, _orientation) = (header, upright, orientation);
        _planes = new JpegPlanes(header, memory);
        _slots = memory + JpegPlanes.BytesOf(header);
        _reader = new ScanReader(header, scan, length);
        _missing = new int[JpegPlanes.UnitsDown(header)];
        for (int row = 0; row < _missing.Length; row++)
            _missing[row] = Math.Min(_missing.Length - 1, row + Reach) - Math.Max(0, row - Reach) + 1;
        _free.PushRange([.. Enumerable.Range(0, slots)]);
    }

    /// <summary>Rows of units above and below whose samples a row's pixels depend on.</summary>
    private int Reach => _header.Down - 1;

    /// <summary>Decodes on the calling thread and, beside it, on those of a crew that have the time; null leaves it all to the caller.</summary>
    /// <returns>The upright picture; null where the file is libvips' business.</returns>
    /// <exception cref="TimeoutException">Too late.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal static RgbImage? Decode(OpenedPicture opened, PixelPool? pool, DecodeDeadline deadline, PictureCrew? crew)
    {
        ReadOnlySpan<byte> file = opened.Picture.Bytes.Span;
        if (!Avx2.IsSupported || opened.Type != PictureType.Jpeg || JpegHeader.Read(file) is not { } header || !Suits(header, opened.Image))
            return null;
        ReadOnlySpan<byte> scan = file[header.ScanStart..];
        int slots = Math.Max(1, (crew?.Count ?? 0) * SlotsOfAWorker);
        long planes = JpegPlanes.BytesOf(header), all = planes + (slots * SlotBytes(header)) + scan.Length + ScanReader.Padding;
        PixelMemory memory = pool is null ? new PixelMemory(all) : pool.Lend(all);
        RgbImage? upright = null;
        try
        {
            byte* data = memory.Start + planes + (slots * SlotBytes(header));
            int length = ScanReader.Unstuff(scan, new Span<byte>(data, scan.Length + ScanReader.Padding));
            if (length < 0)
                return null;
            upright = new RgbImage(opened.Orientation.Width, opened.Orientation.Height, pool);
            bool whole = new JpegDecoder(header, upright, opened.Orientation, memory.Start, data, length, slots).Run(crew, deadline);
            return whole ? Interlocked.Exchange(ref upright, null) : null;
        }
        finally
        {
            upright?.Dispose();
            if (pool is null)
                memory.Dispose();
            else
                pool.TakeBack(memory);
        }
    }

    private static bool Suits(JpegHeader header, VipsImage image) =>
        header.Width >= LeastSide && header.Height >= LeastSide && header.Width * (long)header.Height <= MostPixels
        && image.Width == header.Width && image.Height == header.Height && image.Bands == 3 && image.IsByte && image.Interpretation == VipsInterpretation.Srgb;

    private static int BlocksOfRow(JpegHeader header) => JpegPlanes.UnitsAcross(header) * JpegPlanes.BlocksOf(header);

    private static long SlotBytes(JpegHeader header) => (BlocksOfRow(header) * (long)((BlockOrder.Count * sizeof(short)) + 1) + 63) / 64 * 64;

    private bool Run(PictureCrew? crew, DecodeDeadline deadline)
    {
        bool whole;
        try
        {
            whole = ReadAll(crew, deadline) && _reader.IsDone;
        }
        finally
        {
            // Afterwards nobody touches the memory any more: who comes late finds nothing to do.
            SpinWait waiting = default;
            for (Help(); Volatile.Read(ref _done) < _queued; waiting.SpinOnce(sleep1Threshold: -1))
                Help();
        }
        return _failure is null ? whole : throw new InvalidOperationException($"A JPEG could not be decoded: {_failure.Message}", _failure);
    }

    private bool ReadAll(PictureCrew? crew, DecodeDeadline deadline)
    {
        Action help = Help;
        int units = JpegPlanes.UnitsAcross(_header);
        for (int row = 0; row < _missing.Length; row++)
        {
            deadline.Check();
            int slot;
            for (SpinWait waiting = default; !_free.TryPop(out slot); waiting.SpinOnce(sleep1Threshold: -1))
                Help();
            if (!_reader.ReadRow(units, Coefficients(slot), Last(slot)))
                return false;
            _queued++;
            _read.Enqueue((row, slot));
            crew?.Ask(help);
        }
        return true;
    }

    /// <summary>What has been read and nobody is at yet; on any thread.</summary>
    private void Help()
    {
        while (_read.TryDequeue(out (int Row, int Slot) item))
            Make(item.Row, item.Slot);
    }

    /// <summary>Samples of a row of units, then the pixels of those rows that waited for nothing else.</summary>
    private void Make(int row, int slot)
    {
        try
        {
            Transform(row, slot);
            for (int near = Math.Max(0, row - Reach); near <= Math.Min(_missing.Length - 1, row + Reach); near++)
                if (Interlocked.Decrement(ref _missing[near]) == 0)
                    ToPixels(near);
        }
#pragma warning disable CA1031 // Told by the thread that waits for all of them.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
        }
        finally
        {
            Interlocked.Increment(ref _done);
        }
    }

    private void ToPixels(int row)
    {
        (int top, int count) = _planes.PixelRows(row);
        int stride = _header.Width * 3, scratchBytes = JpegPlanes.ScratchBytes(_header);
        byte[] room = System.Buffers.ArrayPool<byte>.Shared.Rent(scratchBytes + (_orientation.IsUpright ? 0 : count * stride));
        fixed (byte* scratch = room)
        {
            byte* rgb = _orientation.IsUpright ? _upright.Start + ((long)top * stride) : scratch + scratchBytes;
            for (int y = 0; y < count; y++)
                _planes.ToRgb(top + y, scratch, rgb + ((long)y * stride));
            if (!_orientation.IsUpright)
                _orientation.Place(new ReadOnlySpan<byte>(rgb, count * stride), top, _header.Width, _upright.Pixels);
        }
        System.Buffers.ArrayPool<byte>.Shared.Return(room);
    }

    private void Transform(int row, int slot)
    {
        try
        {
            _planes.Transform(row, Coefficients(slot), Last(slot));
        }
        finally
        {
            _free.Push(slot);
        }
    }

    private short* Coefficients(int slot) => (short*)(_slots + (slot * SlotBytes(_header)));

    private byte* Last(int slot) => (byte*)(Coefficients(slot) + (BlocksOfRow(_header) * (long)BlockOrder.Count));
}
