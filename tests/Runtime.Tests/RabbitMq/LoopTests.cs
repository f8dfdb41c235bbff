using Declarative.Delivery;
using Declarative.Tests.Fixtures;
using Declarative.Work;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.RabbitMq;

/// <summary>The broker's loops are looked at by the health check as the engine's own are.</summary>
public sealed class LoopTests(RabbitMqServer server) : BrokerTest(server)
{
    [Theory]
    [InlineData("RabbitMQ publishing")]
    [InlineData("RabbitMQ consuming")]
    public async Task A_loop_says_that_it_goes_round_though_nothing_comes_until_it_ends(string loop)
    {
        var host = await StartAsync(services: static services => services.PostConfigure<DeliveryOptions>(static options => options.BackStop = TimeSpan.FromMilliseconds(100)));
        var health = host.Services.GetRequiredService<LoopHealth>();
        var longest = TimeSpan.Zero;

        // It falls when the loop says something.
        await Eventually.True(() =>
        {
            var silence = health.Silences().Single(one => one.Key == loop).Value;
            var fell = silence < longest;
            longest = silence;
            return fell;
        });
        await host.StopAsync();
        health.Silences().ShouldNotContain(one => one.Key == loop);
    }
}
