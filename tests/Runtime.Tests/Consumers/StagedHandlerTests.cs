using Declarative.Consumers;

namespace Declarative.Tests.Consumers;

/// <summary>The five stages: each gets what those before made, and the first failure is what the sender is told.</summary>
public sealed class StagedHandlerTests
{
    private static readonly EventContext Context = new() { Consumer = "product", EventName = "x", Type = "x" };

    [Fact]
    public async Task All_stages_run_in_order_each_with_what_was_made_before()
    {
        var handler = new Recorded();
        var result = await handler.HandleAsync(new ProductRef("A", null, null), Context, TestContext.Current.CancellationToken);
        result.ShouldBe(EventResult.Success("sent a with id-of-a"));
        handler.Stages.ShouldBe(["validate A", "transform A", "pre-process A, a", "send A, a, id-of-a", "post-process A, a, id-of-a, sent a with id-of-a"]);
    }

    [Theory]
    [InlineData("validate", 1)]
    [InlineData("transform", 2)]
    [InlineData("pre-process", 3)]
    [InlineData("send", 4)]
    public async Task A_failure_ends_the_event(string stage, int ran)
    {
        var handler = new Recorded { FailsIn = stage };
        var result = await handler.HandleAsync(new ProductRef("A", null, null), Context, TestContext.Current.CancellationToken);
        (result.Status, result.Text).ShouldBe((422, stage + " failed"));
        handler.Stages.Count.ShouldBe(ran);
    }

    [Fact]
    public async Task What_the_last_stage_throws_reaches_whoever_called() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => new Recorded { FailsIn = "post-process" }.HandleAsync(new ProductRef("A", null, null), Context, TestContext.Current.CancellationToken))).Message.ShouldBe("post-process failed");

    [Theory]
    [InlineData("validate", 1)]
    [InlineData("transform", 2)]
    [InlineData("pre-process", 3)]
    public async Task A_stage_may_end_the_event_as_a_success_when_there_is_nothing_to_do(string stage, int ran)
    {
        var handler = new Recorded { FailsIn = stage, Failure = EventResult.Success("nothing to do") };
        (await handler.HandleAsync(new ProductRef("A", null, null), Context, TestContext.Current.CancellationToken)).ShouldBe(EventResult.Success("nothing to do"));
        handler.Stages.Count.ShouldBe(ran);
    }

    [Fact]
    public async Task Only_transforming_and_sending_must_be_written() =>
        (await new Short().HandleAsync(new ProductRef("A", null, null), Context, TestContext.Current.CancellationToken)).ShouldBe(EventResult.Success("a"));

    private sealed class Short : StagedEventHandler<ProductRef, string>
    {
        protected override ValueTask<Stage<string>> TransformAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult<Stage<string>>(payload.Sku.ToLowerInvariant());

        protected override ValueTask<EventResult> SendAsync(ProductRef payload, string transformed, NothingPrepared preProcessed, EventContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(EventResult.Success(transformed));
    }

    private sealed class Recorded : StagedEventHandler<ProductRef, string, string>
    {
        public List<string> Stages { get; } = [];

        public string? FailsIn { get; init; }

        public EventResult? Failure { get; init; }

        protected override ValueTask<EventResult?> ValidateAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Enter("validate", payload.Sku));

        protected override ValueTask<Stage<string>> TransformAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Enter("transform", payload.Sku) is { } failed ? failed : (Stage<string>)payload.Sku.ToLowerInvariant());

        protected override ValueTask<Stage<string>> PreProcessAsync(ProductRef payload, string transformed, EventContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Enter("pre-process", payload.Sku, transformed) is { } failed ? failed : (Stage<string>)("id-of-" + transformed));

        protected override ValueTask<EventResult> SendAsync(ProductRef payload, string transformed, string preProcessed, EventContext context, CancellationToken cancellationToken) =>
            ValueTask.FromResult(Enter("send", payload.Sku, transformed, preProcessed) ?? EventResult.Success($"sent {transformed} with {preProcessed}"));

        protected override ValueTask PostProcessAsync(ProductRef payload, string transformed, string preProcessed, EventResult sent, EventContext context, CancellationToken cancellationToken)
        {
            return Enter("post-process", payload.Sku, transformed, preProcessed, sent.Text) is null ? default : throw new InvalidOperationException("post-process failed");
        }

        private EventResult? Enter(string stage, params string[] made)
        {
            Stages.Add($"{stage} {string.Join(", ", made)}");
            return stage == FailsIn ? Failure ?? EventResult.Failure(422, stage + " failed") : null;
        }
    }
}
