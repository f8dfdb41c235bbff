using Declarative.Consumers;
using Declarative.Modules;
using Declarative.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace Declarative.Tests.Consumers;

public sealed class SqliteInputsTests : InputsTests<SqliteFixture>;

public sealed class PostgreSqlInputsTests : InputsTests<PostgreSqlFixture>;

/// <summary>What handlers take from the configuration.</summary>
public abstract class InputsTests<TStore>
    where TStore : class, IStoreFixture, new()
{
    private const string Secret = "s3cret-but-no-number";

    [Fact]
    public async Task A_handler_gets_its_inputs_typed()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(Declare, new()
        {
            ["BackOffice:ErpUrl"] = " https://erp.example.com",
            ["BackOffice:Retries"] = " 5 ",
            ["BackOffice:IsOn"] = "True",
            ["BackOffice:Until"] = "2026-01-31T10:00:00+01:00",
            ["BackOffice:Shop"] = "0195a1b2-0000-7000-8000-000000000001",
            ["BackOffice:Remark"] = "",
        });

        (await host.SendAsync("a.saved", """{"sku":"a"}""")).Status.ShouldBe(200);

        host.Handled.What.ShouldBe(["' https://erp.example.com' 5 True 0.19 31.01.2026 09:00 0195a1b2-0000-7000-8000-000000000001 no remark"]);
        host.Services.GetRequiredService<SavedInputs>().ShouldBeSameAs(host.Services.GetRequiredService<SavedInputs>());
    }

    [Fact]
    public async Task All_that_is_missing_or_unreadable_is_told_at_start_without_its_value()
    {
        var problems = (await Should.ThrowAsync<DeclarativeStartException>(() => ConsumerHost.StartAsync<TStore>(
            module =>
            {
                Declare(module);
                module.AddEventHandler<Nameless, ProductRef>(new(ProductConsumer.Name, "b.saved", "BackOffice.Nameless", ProductConsumer.File));
            },
            new() { ["BackOffice:ErpUrl"] = " ", ["BackOffice:Retries"] = Secret, ["BackOffice:IsOn"] = "1", ["BackOffice:Until"] = "soon" }))).Problems;

        const string Where = "Event 'a.saved' of consumer 'product' (etc/event_consumers.xml): the input ";
        problems.ShouldBe(
            [
                Where + "BackOffice:Retries of the configuration, which its handler BackOffice.Saved takes, must be a whole number.",
                Where + "BackOffice:Until of the configuration, which its handler BackOffice.Saved takes, must be a moment like 2026-01-31T10:00:00Z or 2026-01-31 10:00:00.",
                Where + "BackOffice:ErpUrl of the configuration, which its handler BackOffice.Saved takes, is missing.",
                Where + "BackOffice:Shop of the configuration, which its handler BackOffice.Saved takes, is missing.",
                "Event 'b.saved' of consumer 'product' (etc/event_consumers.xml): its handler Declarative.Tests.Consumers.InputsTests`1+Nameless[" + typeof(TStore).FullName + "] can't be made: System.IFormatProvider is not registered; add it to builder.Services.",
            ],
            ignoreOrder: true);
        problems.ShouldNotContain(problem => problem.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_replaced_handlers_inputs_are_not_asked_for()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(
            [
                () => RestHost.Module("BackOffice", Declare),
                () =>
                {
                    var later = new ModuleManifest("Later", ModuleManifest.CurrentFormatVersion, "Later", "0.1.0") { Sequence = ["BackOffice"] };
                    later.AddEventHandler<Other, ProductRef>(new(ProductConsumer.Name, "a.saved", "Later.Other", ProductConsumer.File));
                    return later;
                },
            ]);

        (await host.SendAsync("a.saved", """{"sku":"a"}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_input_is_no_unknown_setting()
    {
        await using var host = await ConsumerHost.StartAsync<TStore>(
            module =>
            {
                module.AddConsumer(new ConsumerDescriptor(ProductConsumer.Name, ProductConsumer.File) { Path = ProductConsumer.Path, Signature = "none" });
                module.AddEventHandler<Other, ProductRef>(new(ProductConsumer.Name, "a.saved", "BackOffice.Other", ProductConsumer.File) { Inputs = OtherInputs.Declared });
            },
            new() { ["Declarative:Erp:Url"] = "https://erp.example.com", ["Declarative:Erq:Url"] = "https://erp.example.com" });

        host.Log.All.Where(line => line.Contains("Nothing reads", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("Declarative:Erq");
    }

    private static void Declare(ModuleManifest module)
    {
        module.AddConsumer(new ConsumerDescriptor(ProductConsumer.Name, ProductConsumer.File) { Path = ProductConsumer.Path, Signature = "none" });
        module.AddEventHandler<Saved, ProductRef>(new(ProductConsumer.Name, "a.saved", "BackOffice.Saved", ProductConsumer.File) { Inputs = SavedInputs.Declared });
    }

    /// <summary>What the generator would write.</summary>
    private sealed record SavedInputs
    {
        public required string ErpUrl { get; init; }

        public required int Retries { get; init; }

        public bool? IsOn { get; init; }

        public required decimal Rate { get; init; }

        public DateTimeOffset? Until { get; init; }

        public required Guid Shop { get; init; }

        public string? Remark { get; init; }

        public static HandlerInputs<SavedInputs> Declared { get; } = new(
            [
                new("BackOffice:ErpUrl", FieldKind.String) { IsRequired = true },
                new("BackOffice:Retries", FieldKind.Int) { Default = "3" },
                new("BackOffice:IsOn", FieldKind.Bool),
                new("BackOffice:Rate", FieldKind.Decimal) { Default = "0.19" },
                new("BackOffice:Until", FieldKind.DateTime),
                new("BackOffice:Shop", FieldKind.Uuid) { IsRequired = true },
                new("BackOffice:Remark", FieldKind.String),
            ],
            static values => new()
            {
                ErpUrl = values.String(0)!,
                Retries = values.Int(1)!.Value,
                IsOn = values.Bool(2),
                Rate = values.Decimal(3)!.Value,
                Until = values.DateTime(4),
                Shop = values.Uuid(5)!.Value,
                Remark = values.String(6),
            });
    }

    private sealed record OtherInputs
    {
        public string? Url { get; init; }

        public static HandlerInputs<OtherInputs> Declared { get; } = new([new("Declarative:Erp:Url", FieldKind.String)], static values => new() { Url = values.String(0) });
    }

    private sealed class Saved(SavedInputs inputs, Handled handled) : IEventHandler<ProductRef>
    {
        public Task<EventResult> HandleAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken)
        {
            handled.All.Enqueue((FormattableString.Invariant($"'{inputs.ErpUrl}' {inputs.Retries} {inputs.IsOn} {inputs.Rate} {inputs.Until?.UtcDateTime:dd.MM.yyyy HH:mm} {inputs.Shop} {inputs.Remark ?? "no remark"}"), context));
            return Task.FromResult(EventResult.Success("Done"));
        }
    }

    private sealed class Other : IEventHandler<ProductRef>
    {
        public Task<EventResult> HandleAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success("Done"));
    }

    private sealed class Nameless(IFormatProvider missing) : IEventHandler<ProductRef>
    {
        public Task<EventResult> HandleAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken) => Task.FromResult(EventResult.Success(missing.ToString()!));
    }
}
