using System.Collections.Concurrent;
using Declarative.Consumers;
using Declarative.Modules;

namespace Declarative.Tests.Consumers;

/// <summary>What the generator would write for a payload of three fields.</summary>
public sealed record ProductPayload
{
    public required string Sku { get; init; }

    public decimal? Price { get; init; }

    public string? Description { get; init; }

    public static PayloadShape<ProductPayload> Shape { get; } = new(
        [
            new("sku", FieldKind.String) { IsRequired = true, MaxLength = 64 },
            new("price", FieldKind.Decimal) { Minimum = 0 },
            new("description", FieldKind.String),
        ],
        static values => new() { Sku = values.String(0)!, Price = values.Decimal(1), Description = values.String(2) });
}

/// <summary>A payload class of the developer's own, which nobody can change once it is made.</summary>
public sealed class ProductRef(string sku, string? note, int? count)
{
    public string Sku { get; } = sku;

    public string? Note { get; } = note;

    public int? Count { get; } = count;
}

/// <summary>What the handlers of a test were given, and what they are to do.</summary>
public sealed class Handled
{
    public ConcurrentQueue<(string What, EventContext Context)> All { get; } = [];

    public Func<ProductPayload, CancellationToken, Task<EventResult>> Do { get; set; } = static (product, _) => Task.FromResult(EventResult.Success("Product " + product.Sku + " handled"));

    public IEnumerable<string> What => All.Select(static one => one.What);
}

public sealed class ProductCreated(Handled handled) : IEventHandler<ProductPayload>
{
    public Task<EventResult> HandleAsync(ProductPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        handled.All.Enqueue(("created " + payload.Sku, context));
        return handled.Do(payload, cancellationToken);
    }
}

public sealed class ProductUpdated(Handled handled) : IEventHandler<ProductPayload>
{
    public Task<EventResult> HandleAsync(ProductPayload payload, EventContext context, CancellationToken cancellationToken)
    {
        handled.All.Enqueue(("updated " + payload.Sku, context));
        return handled.Do(payload, cancellationToken);
    }
}

public sealed class ProductDeleted(Handled handled) : IEventHandler<ProductRef>
{
    public Task<EventResult> HandleAsync(ProductRef payload, EventContext context, CancellationToken cancellationToken)
    {
        handled.All.Enqueue(("deleted " + payload.Sku, context));
        return Task.FromResult(EventResult.Success("Product deleted"));
    }
}

/// <summary>What the generator would write for a consumer of products.</summary>
public static class ProductConsumer
{
    public const string Name = "product";
    public const string Path = "/consumers/product";
    public const string File = "etc/event_consumers.xml";

    public const string Create = "be-observer.catalog_product_create";
    public const string Update = "be-observer.catalog_product_update";
    public const string Delete = "be-observer.catalog_product_delete";
    public const string Unwritten = "be-observer.catalog_product_move";
    public const string Save = "observer.catalog_product_save_commit_after";

    public static void Declare(ModuleManifest module) => Declare(module, null);

    public static void Declare(ModuleManifest module, Func<ConsumerDescriptor, ConsumerDescriptor>? consumer, LoopRule? loop = null)
    {
        var descriptor = new ConsumerDescriptor(Name, File) { Path = Path, Signature = "none" };
        module.AddConsumer(consumer?.Invoke(descriptor) ?? descriptor);
        module.AddEventHandler<ProductCreated, ProductPayload>(new(Name, Create, "BackOffice.ProductCreated", File) { Loop = loop }, ProductPayload.Shape);
        module.AddEventHandler<ProductUpdated, ProductPayload>(new(Name, Update, "BackOffice.ProductUpdated", File) { Loop = loop }, ProductPayload.Shape);
        module.AddEventHandler<ProductDeleted, ProductRef>(new(Name, Delete, "BackOffice.ProductDeleted", File));
        module.AddHandlerStub<ProductRef>(new(Name, Unwritten, "BackOffice.ProductMoved", File));
        module.AddEventHandler<ProductCreated, ProductPayload>(new(Name, Save, "BackOffice.ProductCreated", File) { Split = new("created_at", "updated_at", true), Loop = loop }, ProductPayload.Shape);
        module.AddEventHandler<ProductUpdated, ProductPayload>(new(Name, Save, "BackOffice.ProductUpdated", File) { Split = new("created_at", "updated_at", false), Loop = loop }, ProductPayload.Shape);
    }
}
