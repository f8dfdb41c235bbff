using Declarative.Work;

namespace Declarative.Tests.Work;

public sealed class BatchWriterTests
{
    private readonly Gated _writer = new();

    [Fact]
    public async Task What_comes_while_a_batch_is_written_is_written_together()
    {
        var first = _writer.AddAsync(1);
        (await _writer.NextAsync()).ShouldBe([1]);
        var others = Enumerable.Range(2, 600).Select(_writer.AddAsync).ToList();
        first.IsCompleted.ShouldBeFalse();

        _writer.Release();
        (await first).ShouldBe("1");
        (await _writer.NextAsync()).ShouldBe(Enumerable.Range(2, 512));
        _writer.Release();
        (await _writer.NextAsync()).ShouldBe(Enumerable.Range(514, 88));
        _writer.Release();
        (await Task.WhenAll(others)).ShouldBe(Enumerable.Range(2, 600).Select(static item => $"{item}"));
    }

    [Fact]
    public async Task A_batch_that_fails_tells_all_who_are_in_it_and_nobody_else()
    {
        var first = _writer.AddAsync(1);
        await _writer.NextAsync();
        var second = _writer.AddAsync(2);
        _writer.Release(new IOException("the disk is full"));
        (await Should.ThrowAsync<IOException>(first)).Message.ShouldBe("the disk is full");

        await _writer.NextAsync();
        _writer.Release();
        (await second).ShouldBe("2");
    }

    private sealed class Gated : BatchWriter<int, string>
    {
        private readonly System.Threading.Channels.Channel<IReadOnlyList<int>> _written = System.Threading.Channels.Channel.CreateUnbounded<IReadOnlyList<int>>();
        private readonly System.Threading.Channels.Channel<Exception?> _gate = System.Threading.Channels.Channel.CreateUnbounded<Exception?>();

        public ValueTask<IReadOnlyList<int>> NextAsync() => _written.Reader.ReadAsync();

        public void Release(Exception? failure = null) => _gate.Writer.TryWrite(failure);

        protected override async Task<IReadOnlyList<string>> WriteAsync(IReadOnlyList<int> items)
        {
            _written.Writer.TryWrite(items);
            if (await _gate.Reader.ReadAsync() is { } failure)
                throw failure;
            return [.. items.Select(static item => $"{item}")];
        }
    }
}
