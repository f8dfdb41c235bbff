using System.Data.Common;
using System.Diagnostics;
using System.Security.Claims;
using Declarative.Acl;
using Declarative.Cli.Stores;
using Declarative.Eventing;
using Declarative.Events;
using Declarative.Integrations;
using Declarative.Merging;
using Declarative.Modules;
using Declarative.Secrets;
using Declarative.Storage;
using Declarative.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Declarative.Cli.Hosts;

/// <summary>
/// A host that nobody can reach but this process: routes on an opened store, without any worker, so that nothing is delivered from here. Who may
/// open the store's file or database may do everything with it, and does it here under the root permission.
/// </summary>
internal sealed class LocalHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly IStoreLifecycle? _store;

    private LocalHost(IHost host)
    {
        _host = host;
        _store = host.Services.GetService<IStoreLifecycle>();
    }

    public IServiceProvider Services => _host.Services;

    /// <summary>Takes requests to the routes, which need a store.</summary>
    public HttpMessageHandler MakeHandler() =>
        new InProcessHandler(new ApplicationBuilder(Services).UseRouting().UseEndpoints(static endpoints => DeclarativeHost.Map(endpoints)).Build(), Services);

    /// <summary>Opens a store, or an application's declarations, or both.</summary>
    /// <exception cref="StoreException">The store can't be used; nothing in it was changed.</exception>
    /// <exception cref="CommandException">The application's declarations can't be read.</exception>
    public static async Task<LocalHost> OpenAsync(string? database, FileInfo? app, string? secretsKey, CancellationToken cancellationToken)
    {
        var modules = app is null ? [] : BuiltModules.Load(app);

        // Nobody reads a log of this process: what nobody foresaw must be said in the answer.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Configuration["Declarative:Secrets:Key"] = secretsKey;
        builder.Services.AddRouting().AddSingleton(static _ => new DiagnosticListener("declarative"));
        DeclarativeHost.Add(builder, modules, declarative => Use(declarative, database));
        var local = new LocalHost(builder.Build());
        try
        {
            await local.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await local.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return local;
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.CloseAsync().ConfigureAwait(false);
        await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
    }

    private static void Use(DeclarativeBuilder declarative, string? database)
    {
        if (database is null)
            return;
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = database };
            if (parts.ContainsKey("Host") || parts.ContainsKey("Server"))
            {
                declarative.UsePostgreSql(database);
                return;
            }

            using (var store = new Sqlite.SqliteStore(database))
                SqliteFile.Check(store.File, "--database");
            declarative.UseSqlite(database);
        }
        catch (ArgumentException exception)
        {
            throw new StoreException($"The connection string of --database can't be read: {exception.Message}", exception);
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        var problems = Services.GetRequiredService<EventRegistry>().Problems;
        if (problems.Count > 0)
            throw new CommandException(string.Join(Environment.NewLine, problems));
        if (_store is null)
            return;

        // A host that is older than this tool must find its tables as it left them.
        try
        {
            await _store.OpenAsync(MigrationMode.Verify, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreException exception) when (exception.InnerException is IOException)
        {
            // The lock of a SQLite store: most likely its host runs, and can be asked itself.
            throw new StoreException($"{exception.Message}{Environment.NewLine}If that is its host, ask the host: --url with its address, and a token.", exception);
        }

        _ = Services.GetRequiredService<MasterKey>().Get();
        await Services.GetRequiredService<SubscriptionCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
        await Services.GetRequiredService<EventingState>().ReloadAsync(cancellationToken).ConfigureAwait(false);
        await Services.GetRequiredService<RoleCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
        await Services.GetRequiredService<IntegrationCache>().ReloadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives requests to the routes without a network between.</summary>
    private sealed class InProcessHandler(RequestDelegate pipeline, IServiceProvider services) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var scope = services.CreateAsyncScope();
            await using var _ = scope.ConfigureAwait(false);
            var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
            services.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
            context.User = new ClaimsPrincipal(new CallerIdentity(new TokenOwner(CallerKind.Admin, "0", "declarative", RoleId: null, DateTimeOffset.MaxValue), [AclTree.Everything]));
            context.Request.Method = request.Method.Method;
            context.Request.Scheme = request.RequestUri!.Scheme;
            context.Request.Host = HostString.FromUriComponent(request.RequestUri);
            context.Request.Path = PathString.FromUriComponent(request.RequestUri);
            context.Request.QueryString = QueryString.FromUriComponent(request.RequestUri);
            if (request.Content is not null)
            {
                var body = await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                context.Request.ContentType = request.Content.Headers.ContentType?.ToString();
                context.Request.ContentLength = body.Length;
                context.Request.Body = new MemoryStream(body);
            }

            using var answer = new MemoryStream();
            context.Response.Body = answer;
            await pipeline(context).ConfigureAwait(false);
            await context.Response.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
            return new HttpResponseMessage((System.Net.HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(answer.ToArray()), RequestMessage = request };
        }
    }
}
