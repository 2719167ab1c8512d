%% The layers of one worker: what is known of their nodes, and which to explore next.
-module(savina_a_star_layers).
-export([new/3, arrive/4, explore/3, explored/2]).

%% More than any path costs.
-define(INFINITE, (1 bsl 30)).

%% What does not change: length of the cube's side, number of the first node in the cube (here nodes
%% are numbered from 0), and for each node what it costs to enter it and the cheapest way that is
%% known (0: none).
-record(layers, {side, first, costs, ways}).

%% What there is to explore: nodes by what a path through them costs at least, the lowest of that,
%% and what the best path so far costs.
-record(plan, {promising = #{}, lowest = ?INFINITE, bound = ?INFINITE}).

new(First, Side, Costs) ->
    Ways = atomics:new(tuple_size(Costs), []),
    {#layers{side = Side, first = First, costs = Costs, ways = Ways}, #plan{}}.

%% Ways that come from other layers.
arrive(Arrivals, Bound, #layers{first = First} = Layers, Plan) ->
    lists:foldl(
        fun({Node, Before}, Last) -> arrive_at(Node - First, Before, Layers, Last) end,
        Plan#plan{bound = min(Bound, Plan#plan.bound)},
        Arrivals
    ).

%% So many nodes, most promising first; answers the new plan, whether there are more, what the best
%% path costs, and ways into the layers below and above.
explore(Left, Layers, Plan) ->
    {Next, Below, Above} = explore(Left, Layers, Plan, [], []),
    {Next, Next#plan.lowest < Next#plan.bound, Next#plan.bound, Below, Above}.

explore(0, _, Plan, Below, Above) ->
    {Plan, Below, Above};
explore(Left, Layers, Plan, Below, Above) ->
    case most_promising(Layers, Plan) of
        {none, Next} ->
            {Next, Below, Above};
        {Node, Next} ->
            {Last, MoreBelow, MoreAbove} = leave(Node, Layers, Next, Below, Above),
            explore(Left - 1, Layers, Last, MoreBelow, MoreAbove)
    end.

%% The least that the way from a node to the far corner costs.
rest(Node, #layers{side = Side, first = First}) ->
    Number = First + Node,
    Row = Number div Side,
    Layer = Row div Side,
    3 * (Side - 1) - (Number - Row * Side) - (Row - Layer * Side) - Layer.

%% A way to a node: worth exploring if it is the cheapest so far.
arrive_at(Node, Before, #layers{costs = Costs, ways = Ways} = Layers, Plan) ->
    Way = Before + element(Node + 1, Costs),
    case atomics:get(Ways, Node + 1) of
        Known when Known > 0, Way >= Known ->
            Plan;
        _ ->
            atomics:put(Ways, Node + 1, Way),
            plan(Node, Way, rest(Node, Layers), Plan)
    end.

plan(_, Way, 0, #plan{bound = Bound} = Plan) ->
    Plan#plan{bound = min(Bound, Way)};
plan(_, Way, Rest, #plan{bound = Bound} = Plan) when Way + Rest >= Bound ->
    Plan;
plan(Node, Way, Rest, #plan{promising = Promising, lowest = Lowest} = Plan) ->
    Least = Way + Rest,
    Nodes =
        case Promising of
            #{Least := Others} -> [Node | Others];
            _ -> [Node]
        end,
    Plan#plan{promising = Promising#{Least => Nodes}, lowest = min(Lowest, Least)}.

%% Takes the node to be explored next; none if none can improve on the best path.
most_promising(_, #plan{lowest = Lowest, bound = Bound} = Plan) when Lowest >= Bound ->
    {none, Plan};
most_promising(Layers, #plan{promising = Promising, lowest = Lowest} = Plan) ->
    case Promising of
        #{Lowest := [Node | Nodes]} ->
            Next = Plan#plan{promising = Promising#{Lowest := Nodes}},
            %% Else a cheaper way to it was found meanwhile, and explored.
            case atomics:get(Layers#layers.ways, Node + 1) + rest(Node, Layers) of
                Lowest -> {Node, Next};
                _ -> most_promising(Layers, Next)
            end;
        #{Lowest := []} ->
            Left = maps:remove(Lowest, Promising),
            most_promising(Layers, Plan#plan{promising = Left, lowest = Lowest + 1});
        _ when map_size(Promising) =:= 0 ->
            most_promising(Layers, Plan#plan{lowest = ?INFINITE});
        _ ->
            most_promising(Layers, Plan#plan{lowest = Lowest + 1})
    end.

%% Arrives at the neighbours of a node, or has the owners of their layers do so.
leave(Node, #layers{side = Side, first = First} = Layers, Plan, Below, Above) ->
    Share = tuple_size(Layers#layers.costs),
    Way = atomics:get(Layers#layers.ways, Node + 1),
    Layer = Side * Side,
    X = Node rem Side,
    Y = Node div Side rem Side,
    P1 = arrive_if(X > 0, Node - 1, Way, Layers, Plan),
    P2 = arrive_if(X < Side - 1, Node + 1, Way, Layers, P1),
    P3 = arrive_if(Y > 0, Node - Side, Way, Layers, P2),
    P4 = arrive_if(Y < Side - 1, Node + Side, Way, Layers, P3),
    P5 = arrive_if(Node >= Layer, Node - Layer, Way, Layers, P4),
    P6 = arrive_if(Node + Layer < Share, Node + Layer, Way, Layers, P5),
    {
        P6,
        if
            Node < Layer, First > 0 -> [{First + Node - Layer, Way} | Below];
            true -> Below
        end,
        if
            Node + Layer >= Share, First + Node + Layer < Side * Layer ->
                [{First + Node + Layer, Way} | Above];
            true ->
                Above
        end
    }.

arrive_if(true, Node, Way, Layers, Plan) -> arrive_at(Node, Way, Layers, Plan);
arrive_if(false, _, _, _, Plan) -> Plan.

%% The sum of the ways to all nodes that had to be explored if the best path costs this.
explored(Cost, #layers{costs = Costs} = Layers) ->
    explored(tuple_size(Costs) - 1, Cost, Layers, 0).

explored(-1, _, _, Sum) ->
    Sum;
explored(Node, Cost, Layers, Sum) ->
    Way = atomics:get(Layers#layers.ways, Node + 1),
    Counts = Way > 0 andalso Way + rest(Node, Layers) < Cost,
    explored(Node - 1, Cost, Layers, if Counts -> Sum + Way; true -> Sum end).
