using Declarative.Delivery;
using Declarative.Outbox;
using Declarative.PostgreSql;
using Declarative.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Declarative;

/// <summary>Chooses the store that nodes share.</summary>
public static class PostgreSqlBuilderExtensions
{
    /// <summary>
    /// Keeps everything in a PostgreSQL database (13 or later), for any number of nodes. All tables lie in the schema <c>declarative</c>, so that it may
    /// be the application's own database. All nodes need the same <c>Declarative:Secrets:Key</c>. The database's clock alone decides what is due.
    /// </summary>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>.</param>
    /// <param name="connectionString">
    /// For example <c>Host=db;Database=shop;Username=shop;Password=…</c>. Unless it says otherwise a connection must be there within 5 s, and a node
    /// has 20 of them at most, besides one that listens. Connect to the server itself, or to a pooler that keeps sessions apart.
    /// </param>
    /// <exception cref="ArgumentException">The connection string names no server, or can't be read.</exception>
    public static DeclarativeBuilder UsePostgreSql(this DeclarativeBuilder builder, string connectionString) => UsePostgreSql(builder, connectionString, takesCallersTime: false);

    /// <summary>As above; for tests that turn a clock of their own, by which the store then goes.</summary>
    internal static DeclarativeBuilder UsePostgreSql(this DeclarativeBuilder builder, string connectionString, bool takesCallersTime)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        PostgreSqlStore.Complete(connectionString);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new PostgreSqlStore(
            connectionString,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<PostgreSqlStore>>() ?? (ILogger)NullLogger.Instance,
            takesCallersTime));
        services.AddSingleton<IStoreLifecycle>(static provider => provider.GetRequiredService<PostgreSqlStore>());
        services.AddSingleton<IMessageStore, PostgreSqlMessages>();
        services.AddSingleton<IDeliveryStore, PostgreSqlDeliveries>();
        services.AddSingleton<ISubscriptionRecords, PostgreSqlSubscriptions>();
        services.AddSingleton<IEventingRecords, PostgreSqlEventing>();
        services.AddSingleton<IHistoryStore, PostgreSqlHistory>();
        services.AddSingleton<IReplayStore, PostgreSqlReplays>();
        services.AddSingleton<IErasureStore, PostgreSqlErasure>();
        services.AddSingleton<ICallerStore, PostgreSqlCallers>();
        services.AddSingleton<IIntegrationStore, PostgreSqlIntegrations>();
        services.AddSingleton<IIntegrationTokenStore, PostgreSqlIntegrationTokens>();
        services.AddSingleton<IConsumerStore, PostgreSqlConsumers>();
        services.AddSingleton<IBrokerBuffer, PostgreSqlBrokerBuffer>();
        services.AddSingleton<IKeyRing, PostgreSqlKeyRing>();
        services.AddSingleton<PostgreSqlDeliveryLog>();
        services.AddSingleton<IDeliveryLog>(static provider => provider.GetRequiredService<PostgreSqlDeliveryLog>());
        services.AddSingleton<IOperationsStore, PostgreSqlOperations>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITransactionOutbox, PostgreSqlOutbox>());
        return builder;
    }

    /// <summary>
    /// Lets events be published in transactions of another PostgreSQL database (<see cref="PublishOptions.Transaction"/>): they wait in its table <c>declarative.outbox</c>, which
    /// is made at start, and are moved into the engine's store once they are committed. The engine's own database needs no outbox.
    /// </summary>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>.</param>
    /// <param name="connectionString">The application's database, for example <c>Host=db;Database=shop;Username=shop;Password=…</c>.</param>
    /// <exception cref="ArgumentException">The connection string names no server, or can't be read.</exception>
    public static DeclarativeBuilder AddPostgreSqlOutbox(this DeclarativeBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        PostgreSqlStore.Complete(connectionString);
        builder.Services.AddSingleton<IOutboxTable>(_ => new PostgreSqlOutboxTable(connectionString));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITransactionOutbox, PostgreSqlOutbox>());
        return builder;
    }
}
