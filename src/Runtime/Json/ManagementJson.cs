using System.Text.Json.Serialization;
using Declarative.Acl;
using Declarative.Delivery;
using Declarative.Eventing;
using Declarative.Events;
using Declarative.History;
using Declarative.Integrations;
using Declarative.Modules;
using Declarative.Rest;
using Declarative.Storage;
using Declarative.Subscriptions;

namespace Declarative.Json;

/// <summary>Contracts of what the runtime's own routes take and give, so that they work where reflection is trimmed away. Names follow the options they are used with.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(SearchCriteria))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<EventSummary>))]
[JsonSerializable(typeof(EventInfo))]
[JsonSerializable(typeof(HostInfo))]
[JsonSerializable(typeof(DeliveryPage))]
[JsonSerializable(typeof(TraceView))]
[JsonSerializable(typeof(MessageView))]
[JsonSerializable(typeof(ReplayView))]
[JsonSerializable(typeof(ReplayProgress))]
[JsonSerializable(typeof(IReadOnlyList<ReplayProgress>))]
[JsonSerializable(typeof(IReadOnlyList<DeadLetter>))]
[JsonSerializable(typeof(IReadOnlyList<Guid>))]
[JsonSerializable(typeof(IReadOnlyList<long>))]
[JsonSerializable(typeof(OverviewReport))]
[JsonSerializable(typeof(IReadOnlyList<AuditEntry>))]
[JsonSerializable(typeof(IReadOnlyList<HeldPermission>))]
[JsonSerializable(typeof(TestDelivery))]
[JsonSerializable(typeof(NewAsyncEvent))]
[JsonSerializable(typeof(ChangedAsyncEvent))]
[JsonSerializable(typeof(AsyncEventView))]
[JsonSerializable(typeof(SearchResults<AsyncEventView>))]
[JsonSerializable(typeof(EventInput))]
[JsonSerializable(typeof(IReadOnlyList<EventView>))]
[JsonSerializable(typeof(ConfigurationInput))]
[JsonSerializable(typeof(EventProviderData))]
[JsonSerializable(typeof(SubscriptionStatusChanged))]
[JsonSerializable(typeof(IReadOnlyList<EventProvider>))]
[JsonSerializable(typeof(IntegrationInput))]
[JsonSerializable(typeof(IntegrationView))]
[JsonSerializable(typeof(SearchResults<IntegrationView>))]
[JsonSerializable(typeof(ActivationView))]
internal sealed partial class ManagementJson : JsonSerializerContext;
