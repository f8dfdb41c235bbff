using Declarative.EntityFrameworkCore;
using Declarative.Outbox;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Declarative;

/// <summary>Publishes events with <c>SaveChanges</c>.</summary>
public static class OutboxExtensions
{
    /// <summary>
    /// Lets events be published with this context: <c>options.UseSqlite(…).UseDeclarativeOutbox()</c>. Its database must be the engine's, or one that was made known as an
    /// outbox (<c>AddSqliteOutbox</c>, <c>AddPostgreSqlOutbox</c>); the model needs nothing.
    /// </summary>
    /// <param name="options">From <c>AddDbContext(options => …)</c>.</param>
    public static DbContextOptionsBuilder UseDeclarativeOutbox(this DbContextOptionsBuilder options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.AddInterceptors(OutboxInterceptor.Instance);
    }

    /// <summary>
    /// The context as an outbox: <c>publisher.PublishAsync(order.Id, new PublishOptions { Outbox = db.Outbox() })</c>. The event is stored in the transaction that the next
    /// <c>SaveChanges</c> commits, or in the one that the context is in, and rolled back with it. A context that is disposed of without either publishes nothing.
    /// </summary>
    /// <param name="context">The context.</param>
    /// <exception cref="InvalidOperationException">The context was made without <see cref="UseDeclarativeOutbox"/>.</exception>
    public static IOutbox Outbox(this DbContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var interceptors = context.GetService<IDbContextOptions>().FindExtension<CoreOptionsExtension>()?.Interceptors;
        if (interceptors?.Contains(OutboxInterceptor.Instance) != true)
            throw new InvalidOperationException($"{context.GetType().Name} has no outbox. Add .UseDeclarativeOutbox() to its options, behind UseSqlite(…) or UseNpgsql(…).");
        return ContextOutbox.Of(context);
    }
}
