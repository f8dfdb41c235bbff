using Declarative.Events;
using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Events;

/// <summary>What publishes wait for: the store and a broker each take one batch after the other.</summary>
public sealed class GatheringTests : IAsyncLifetime
{
    private readonly SqliteFixture _fixture = new();
    private readonly GatedMessages _messages = new();
    private readonly StuckTransport _transport = new();
    private TestHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = TestHost.Build(
            _fixture.Use,
            configure: declarative =>
            {
                declarative.Services.AddSingleton<IMessageStore>(_messages);
                declarative.Services.AddSingleton<IMessageTransport>(_transport);
            });
        await _host.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _messages.Answer(1000);
        _transport.Release.TrySetResult();
        await _host.DisposeAsync();
        _messages.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_stored_is_the_next_batch()
    {
        var first = _host.OrderCreated.PublishAsync(0);
        await Eventually.True(() => _messages.Batches.Count == 1);

        // The last one passes the queue behind them, so that all have been looked at.
        var others = Enumerable.Range(1, 20).Select(i => _host.OrderCreated.PublishAsync(i)).ToList();
        _ = _host.CustomerSaved.PublishAsync(new CustomerSaved(1, "a@b.example"));
        await Eventually.True(() => _transport.Sent == 1);

        _messages.Batches.Count.ShouldBe(1);
        _messages.Answer(2);
        await first;
        await Task.WhenAll(others);
        _messages.Batches.Select(static batch => batch.Count).ShouldBe([1, 20]);
    }

    [Fact]
    public async Task A_batch_has_four_megabytes_unless_one_message_alone_has_more()
    {
        var note = new string('x', 900_000);
        var first = _host.OrderCreated.PublishAsync(0);
        await Eventually.True(() => _messages.Batches.Count == 1);

        var others = Enumerable.Range(1, 10).Select(i => _host.OrderCreated.PublishAsync(i, note)).ToList();
        _messages.Answer(100);
        await first;
        await Task.WhenAll(others);

        _messages.Batches.ShouldAllBe(static batch => batch.Sum(static one => (long)one.Json.Length) <= 4 * 1024 * 1024);
        _messages.Batches.Select(static batch => batch.Count).ShouldBe([1, 4, 4, 2]);
    }

    [Fact]
    public async Task A_broker_that_hangs_holds_up_what_goes_through_it_and_nothing_else()
    {
        _messages.Answer(100);
        var stuck = new List<Task>();
        for (var i = 0; i < 50; i++)
        {
            stuck.Add(_host.CustomerSaved.PublishAsync(new CustomerSaved(i, "a@b.example")));
            await _host.OrderCreated.PublishAsync(i).WaitAsync(TimeSpan.FromSeconds(20));
        }

        stuck.ShouldAllBe(static one => !one.IsCompleted);
        _transport.Release.SetResult();
        await Task.WhenAll(stuck);
    }

    private sealed class StuckTransport : IMessageTransport
    {
        private int _sent;

        public int Sent => _sent;

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Carries(string eventName) => eventName == ShopModule.CustomerSavedEvent;

        public async Task<IReadOnlyList<AppendResult>> SendAsync(IReadOnlyList<NewMessage> messages, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _sent);
            await Release.Task;
            return [.. messages.Select(static message => new AppendResult(message.Id, AppendOutcome.Stored))];
        }
    }
}
