%% A* search: a master and workers look for the cheapest path between opposite corners of a cube.
%%
%% The suite's workers share the grid; here each worker owns some layers of it. A worker explores
%% the most promising of its nodes, up to a limit, and sends what leads into other layers to the
%% master, which passes it on and counts what is under way.
-module(savina_a_star).
-export([run/1]).

-define(WORKERS, 10).
-define(COSTS, 4).

%% More than any path costs.
-define(INFINITE, (1 bsl 30)).

%% Nodes that a worker explores before it lets others have a turn.
-define(NODES_MAX, 1024).

run(#{count := Side, seed := Seed}) ->
    Share = Side * Side * Side div ?WORKERS,
    Costs = costs(?WORKERS, Share, savina_random:seed(Seed)),
    fun() ->
        Main = self(),
        spawn_link(fun() ->
            Master = self(),
            Workers = [
                spawn_link(fun() ->
                    {Layers, Plan} = savina_a_star_layers:new(Index * Share, Side, Own),
                    worker(Index, Layers, Plan, Master, Main)
                end)
             || {Index, Own} <- Costs
            ],
            hd(Workers) ! {explore, [{0, 0}], ?INFINITE},
            master(1, ?INFINITE, list_to_tuple(Workers), Main)
        end),
        savina_total:sum(1 + ?WORKERS)
    end.

costs(Workers, Share, Seed) ->
    {Costs, _} = lists:mapfoldl(
        fun(Index, State) ->
            {Own, Next} = lists:mapfoldl(
                fun(_, Last) -> savina_random:below(?COSTS, Last) end, State, lists:seq(1, Share)
            ),
            {{Index, list_to_tuple([Below + 1 || Below <- Own])}, Next}
        end,
        Seed,
        lists:seq(0, Workers - 1)
    ),
    Costs.

%% Arrivals are nodes, each with the cost of the way that leads there.
master(0, Cost, Workers, Total) ->
    [Worker ! {finish, Cost} || Worker <- tuple_to_list(Workers)],
    savina_total:report(Total, Cost);
master(Open, Cost, Workers, Total) ->
    receive
        {explored, Index, More, Found, Below, Above} ->
            Best = min(Cost, Found),
            Sent =
                ask(Below =/= [], Index - 1, Below, Best, Workers) +
                    ask(Above =/= [], Index + 1, Above, Best, Workers) +
                    ask(More, Index, [], Best, Workers),
            master(Open + Sent - 1, Best, Workers, Total)
    end.

ask(false, _, _, _, _) ->
    0;
ask(true, Index, Arrivals, Cost, Workers) ->
    element(Index + 1, Workers) ! {explore, Arrivals, Cost},
    1.

worker(Index, Layers, Plan, Master, Total) ->
    receive
        {explore, Arrivals, Bound} ->
            Arrived = savina_a_star_layers:arrive(Arrivals, Bound, Layers, Plan),
            {Next, More, Found, Below, Above} =
                savina_a_star_layers:explore(?NODES_MAX, Layers, Arrived),
            Master ! {explored, Index, More, Found, Below, Above},
            worker(Index, Layers, Next, Master, Total);
        {finish, Cost} ->
            savina_total:report(Total, savina_a_star_layers:explored(Cost, Layers))
    end.
