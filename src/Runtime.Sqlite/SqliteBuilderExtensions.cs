using Declarative.Delivery;
using Declarative.Outbox;
using Declarative.Sqlite;
using Declarative.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Declarative;

/// <summary>Chooses the embedded store.</summary>
public static class SqliteBuilderExtensions
{
    /// <summary>
    /// Keeps everything in one SQLite file, for one process at a time. Beside it lie <c>&lt;file&gt;.lock</c>, which keeps a
    /// second process out, and <c>&lt;file&gt;.key</c>, the key that encrypts secrets unless <c>Declarative:Secrets</c> names another.
    /// </summary>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>.</param>
    /// <param name="connectionString">For example <c>Data Source=app.db</c>; the file is made if it isn't there, its folder isn't.</param>
    /// <exception cref="ArgumentException">The connection string names no file.</exception>
    public static DeclarativeBuilder UseSqlite(this DeclarativeBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        var services = builder.Services;
        new SqliteStore(connectionString).Dispose();
        services.AddSingleton(provider => new SqliteStore(connectionString, provider.GetService<ILogger<SqliteStore>>()));
        services.AddSingleton<IStoreLifecycle>(static provider => provider.GetRequiredService<SqliteStore>());
        services.AddSingleton<IMessageStore, SqliteMessages>();
        services.AddSingleton<IDeliveryStore, SqliteDeliveries>();
        services.AddSingleton<ISubscriptionRecords, SqliteSubscriptions>();
        services.AddSingleton<IEventingRecords, SqliteEventing>();
        services.AddSingleton<IHistoryStore, SqliteHistory>();
        services.AddSingleton<IReplayStore, SqliteReplays>();
        services.AddSingleton<IErasureStore, SqliteErasure>();
        services.AddSingleton<ICallerStore, SqliteCallers>();
        services.AddSingleton<IIntegrationStore, SqliteIntegrations>();
        services.AddSingleton<IIntegrationTokenStore, SqliteIntegrationTokens>();
        services.AddSingleton<IConsumerStore, SqliteConsumers>();
        services.AddSingleton<IBrokerBuffer, SqliteBrokerBuffer>();
        services.AddSingleton<IKeyRing, SqliteKeyRing>();
        services.AddSingleton<SqliteDeliveryLog>();
        services.AddSingleton<IDeliveryLog>(static provider => provider.GetRequiredService<SqliteDeliveryLog>());
        services.AddSingleton<IOperationsStore, SqliteOperations>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITransactionOutbox, SqliteOutbox>());
        return builder;
    }

    /// <summary>
    /// Lets events be published in transactions of another SQLite database (<see cref="PublishOptions.Transaction"/>): they wait in its table <c>declarative_outbox</c>, which is
    /// made at start, and are moved into the engine's store once they are committed. The engine's own file needs no outbox.
    /// </summary>
    /// <param name="builder">From <c>AddDeclarative(declarative => …)</c>.</param>
    /// <param name="connectionString">The application's database, for example <c>Data Source=shop.db</c>.</param>
    /// <exception cref="ArgumentException">The connection string names no file.</exception>
    public static DeclarativeBuilder AddSqliteOutbox(this DeclarativeBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(connectionString);
        builder.Services.AddSingleton<IOutboxTable>(new SqliteOutboxTable(connectionString));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITransactionOutbox, SqliteOutbox>());
        return builder;
    }
}
