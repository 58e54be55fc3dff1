using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Execution;

namespace HunyuanOcr.Inference.Tests.Engine;

public class VisionTests
{
    [Fact]
    public async Task A_second_question_about_a_picture_costs_no_vision_and_no_decoding()
    {
        using var test = new LoopUnderTest();
        int[] first = (await LoopUnderTest.Answer(test.SubmitPictures(10, 1))).Tokens;
        int[] second = (await LoopUnderTest.Answer(test.SubmitPictures(10, 1))).Tokens;
        Assert.Equal(first, second);
        Assert.Equal((1, 1), (test.Runner.EncodeCount, test.DecodeCount));
        Assert.Equal((2L, 1L, 1L), (test.Loop.Gauges.VisionQueries, test.Loop.Gauges.VisionHits, test.Loop.Gauges.VisionPasses));
    }

    [Fact]
    public async Task Different_pictures_give_different_answers()
    {
        using var test = new LoopUnderTest();
        int[] first = (await LoopUnderTest.Answer(test.SubmitPictures(10, 1))).Tokens;
        Assert.NotEqual(first, (await LoopUnderTest.Answer(test.SubmitPictures(10, 2))).Tokens);
        Assert.NotEqual((await LoopUnderTest.Answer(test.SubmitPictures(10, 1, 2))).Tokens, (await LoopUnderTest.Answer(test.SubmitPictures(10, 2, 1))).Tokens);
    }

    [Fact]
    public async Task Requests_that_wait_for_the_same_picture_share_one_pass()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest(visionCacheBytes: 0);
        test.Runner.BeforeEncode = _ => goOn.Wait();
        RunningRequest[] requests = [.. Enumerable.Range(0, 6).Select(_ => test.SubmitPictures(5, 1))];
        await DemoEngine.Until(() => test.Loop.Gauges.VisionQueries == 6);
        goOn.Release(100);
        (int[] Tokens, RequestEnd End)[] answers = await Task.WhenAll(requests.Select(LoopUnderTest.Answer));
        Assert.All(answers, answer => Assert.Equal(answers[0].Tokens, answer.Tokens));
        Assert.Equal(1, test.Runner.EncodeCount);
    }

    [Fact]
    public async Task Decoding_goes_on_while_the_vision_tower_reads()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        test.Runner.BeforeEncode = _ => goOn.Wait();
        RunningRequest page = test.SubmitPictures(5, 1);
        Assert.NotEmpty((await LoopUnderTest.Answer(test.Submit(5, 30))).Tokens);
        goOn.Release();
        Assert.Null((await LoopUnderTest.Answer(page)).End.Error);
    }

    [Fact]
    public async Task Decoding_takes_no_thread_of_the_pool_which_carries_the_answers()
    {
        using var test = new LoopUnderTest();
        bool? pooled = null;
        test.BeforeDecode = _ => pooled = Thread.CurrentThread.IsThreadPoolThread;
        Assert.Null((await LoopUnderTest.Answer(test.SubmitPictures(3, 1))).End.Error);
        Assert.False(pooled);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_decoded_ends_its_own_request_with_its_own_name()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        test.BeforeDecode = picture =>
        {
            goOn.Wait();
            if (picture.Bytes.Span[0] == 9)
                throw new OcrPictureException(OcrPictureFault.Damaged, picture.Name, $"{picture.Name} is cut off.");
        };
        RunningRequest damaged = test.SubmitPictures(5, 9), sound = test.SubmitPictures(5, 1), twin = test.SubmitPictures(5, 9);
        goOn.Release(100);
        Assert.IsType<OcrPictureException>((await LoopUnderTest.Answer(damaged)).End.Error);
        Assert.IsType<OcrPictureException>((await LoopUnderTest.Answer(twin)).End.Error);
        Assert.Null((await LoopUnderTest.Answer(sound)).End.Error);
    }

    [Fact]
    public async Task A_fault_of_the_vision_tower_ends_that_request_only()
    {
        using var test = new LoopUnderTest();
        test.Runner.BeforeEncode = picture =>
        {
            if (picture.Pixels[0] == 9)
                throw new InvalidOperationException("no memory left");
        };
        var error = Assert.IsType<OcrEngineException>((await LoopUnderTest.Answer(test.SubmitPictures(5, 9))).End.Error);
        Assert.Contains("picture 9: the vision tower failed: no memory left", error.Message, StringComparison.Ordinal);
        Assert.Null((await LoopUnderTest.Answer(test.SubmitPictures(5, 1))).End.Error);
    }

    [Fact]
    public async Task A_picture_that_changed_after_it_was_announced_ends_the_request_that_brought_it_and_no_other()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        OcrPicture? changed = null;
        test.BeforeDecode = picture =>
        {
            // The pictures are decoded on threads of their own, the other one perhaps first.
            if (picture.Bytes.Span[0] == 9)
                Interlocked.CompareExchange(ref changed, picture, null);
            goOn.Wait();
        };
        test.GridWidth = picture => ReferenceEquals(picture, changed) ? 6 : 4;
        RunningRequest first = test.SubmitPictures(5, 9), twin = test.SubmitPictures(5, 9), other = test.SubmitPictures(5, 1);
        goOn.Release(100);
        var error = Assert.IsType<OcrRequestException>((await LoopUnderTest.Answer(first)).End.Error);
        Assert.Equal(nameof(OcrRequest.Pictures), error.Parameter);
        Assert.StartsWith("picture 9 was changed while the request ran: it makes 6 vectors now, and the prompt has places for 5.", error.Message, StringComparison.Ordinal);
        Assert.Null((await LoopUnderTest.Answer(twin)).End.Error);
        Assert.Null((await LoopUnderTest.Answer(other)).End.Error);
        // What the changed bytes gave is not kept for those who ask about the picture as it was.
        Assert.Null((await LoopUnderTest.Answer(test.SubmitPictures(5, 9))).End.Error);
        Assert.Equal(0, test.Loop.Gauges.BlocksUsed);
    }

    [Fact]
    public async Task However_many_wait_only_a_few_pictures_are_decoded_ahead()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        test.Runner.BeforeEncode = _ => goOn.Wait();
        RunningRequest[] requests = [.. Enumerable.Range(1, 50).Select(i => test.SubmitPictures(3, (byte)i))];
        await DemoEngine.Until(() => test.Loop.Gauges.VisionQueries == 50 && test.DecodeCount == VisionQueue.JobsInFlight);
        await Task.Delay(20);
        Assert.Equal(VisionQueue.JobsInFlight, test.DecodeCount);
        goOn.Release(100);
        await Task.WhenAll(requests.Select(LoopUnderTest.Answer));
        Assert.Equal(50, test.Runner.EncodeCount);
    }

    [Fact]
    public async Task A_picture_that_nobody_waits_for_any_more_is_not_seen()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        test.Runner.BeforeEncode = _ => goOn.Wait();
        RunningRequest first = test.SubmitPictures(3, 1);
        await DemoEngine.Until(() => test.Runner.EncodeCount == 1);
        RunningRequest gone = test.SubmitPictures(3, 2);
        await DemoEngine.Until(() => test.DecodeCount == 2);
        test.Loop.Stop(gone);
        await LoopUnderTest.Answer(gone);
        goOn.Release(100);
        await LoopUnderTest.Answer(first);
        await LoopUnderTest.Answer(test.SubmitPictures(3, 3));
        Assert.Equal(2, test.Runner.EncodeCount);
    }

    [Fact]
    public async Task A_picture_gives_its_memory_back_whether_it_was_seen_or_failed_or_was_given_up()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        test.Runner.BeforeEncode = picture =>
        {
            goOn.Wait();
            if (picture.Pixels[0] == 9)
                throw new InvalidOperationException("No room on the card.");
        };
        RunningRequest seen = test.SubmitPictures(3, 1), failed = test.SubmitPictures(3, 9), givenUp = test.SubmitPictures(3, 2);
        await DemoEngine.Until(() => test.Pixels.LentCount == 3);
        test.Loop.Stop(givenUp);
        await LoopUnderTest.Answer(givenUp);
        goOn.Release(100);
        Assert.Null((await LoopUnderTest.Answer(seen)).End.Error);
        Assert.NotNull((await LoopUnderTest.Answer(failed)).End.Error);
        await DemoEngine.Until(() => test.Pixels.LentCount == 0);
    }

    [Fact]
    public async Task Pictures_that_wait_or_are_still_decoded_when_the_engine_ends_give_their_memory_back()
    {
        using SemaphoreSlim decode = new(2), encode = new(0);
        var test = new LoopUnderTest();
        test.BeforeDecode = _ => decode.Wait();
        test.Runner.BeforeEncode = _ => encode.Wait();
        foreach (byte picture in (byte[])[1, 2, 3])
            test.SubmitPictures(3, picture);
        await DemoEngine.Until(() => test.DecodeCount == 3 && test.Pixels.LentCount == 2 && test.Runner.EncodeCount == 1);

        Task ending = Task.Run(test.Dispose);
        await DemoEngine.Until(() => test.Pixels.LentCount == 1);
        encode.Release();
        await ending;
        Assert.Equal(0, test.Pixels.LentCount);

        long kept = test.Pixels.IdleBytes;
        test.BeforeDecode = null;
        test.GridWidth = _ => 8;
        decode.Release();
        await DemoEngine.Until(() => test.Pixels.LentCount == 0 && test.Pixels.IdleBytes > kept);
    }

    [Fact]
    public async Task A_picture_that_is_wanted_again_while_it_is_given_up_is_seen_after_all()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest();
        test.BeforeDecode = _ => goOn.Wait();
        RunningRequest gone = test.SubmitPictures(5, 1);
        await DemoEngine.Until(() => test.DecodeCount == 1);
        test.Loop.Stop(gone);
        await LoopUnderTest.Answer(gone);
        RunningRequest second = test.SubmitPictures(5, 1);
        await DemoEngine.Until(() => test.Loop.Gauges.VisionQueries == 2);
        goOn.Release(100);
        Assert.Null((await LoopUnderTest.Answer(second)).End.Error);
    }

    [Fact]
    public void The_cache_keeps_to_its_limit_and_drops_what_was_used_longest_ago()
    {
        var cache = new VisionCache(byteLimit: 3 * 40);
        foreach (string key in (string[])["a", "b", "c"])
            cache.Add(key, new VisionVectors(new float[10], 5));
        Assert.NotNull(cache.Find("a"));
        cache.Add("d", new VisionVectors(new float[10], 5));
        Assert.Null(cache.Find("b"));
        Assert.NotNull(cache.Find("a"));
        Assert.Equal(120, cache.ByteCount);
        cache.Add("larger than all", new VisionVectors(new float[31], 5));
        Assert.Null(cache.Find("larger than all"));
        Assert.Equal(120, cache.ByteCount);
    }
}
