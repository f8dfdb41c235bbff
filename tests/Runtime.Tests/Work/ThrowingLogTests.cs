using Declarative.Storage;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Declarative.Tests.Work;

/// <summary>A provider of the host's that can't log ends nothing.</summary>
public sealed class ThrowingLogTests
{
    [Fact]
    public async Task A_log_that_throws_ends_no_loop_and_leaves_no_publisher_without_an_answer()
    {
        using var fixture = new SqliteFixture();
        using var messages = new GatedMessages();
        messages.Claiming = () =>
        {
            if (messages.Claims <= 2)
                throw new StoreException("away");
        };
        await using var host = TestHost.Build(
            fixture.Use,
            services: static services => services.AddSingleton<ILoggerProvider, FullDisk>(),
            configure: declarative => declarative.Services.AddSingleton<IMessageStore>(messages));
        await host.StartAsync();
        messages.Answer();

        await host.OrderCreated.PublishAsync(1).WaitAsync(TimeSpan.FromSeconds(20));
        await Eventually.True(() => messages.Claims > 2);
        host.Log.All.ShouldContain(static line => line.Contains("away", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_handling_that_can_not_be_logged_has_its_outcome_all_the_same()
    {
        using var fixture = new SqliteFixture();
        await using var receiver = await Receiver.StartAsync();
        await using var host = TestHost.Build(fixture.Use, services: static services => services.AddSingleton<ILoggerProvider, FullDisk>());
        await host.StartAsync();
        await host.SubscribeAsync(receiver.Url);
        host.Orders.Answer = (id, _) => host.Orders.Calls == 1 ? throw new InvalidOperationException("once") : Task.FromResult<Order?>(new Order(id, "1", 1));

        await host.OrderCreated.PublishAsync(1);

        await Eventually.True(() => receiver.Requests.Count == 1);
    }

    private sealed class FullDisk : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            // The framework's own are not ours to guard.
            if (logLevel >= LogLevel.Warning)
                throw new IOException("No space left on device");
        }

        public void Dispose()
        {
        }
    }
}
