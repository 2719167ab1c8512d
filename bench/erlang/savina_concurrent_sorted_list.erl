%% Concurrent sorted list: many processes add to one sorted list, search it, and ask for its size.
%%
%% Users add and look for numbers of their own (those that leave their place when divided by the
%% number of users), so that what is found does not depend on who was first.
-module(savina_concurrent_sorted_list).
-export([run/1]).

%% Of a hundred requests; the others search.
-define(ADDS, 10).
-define(SIZES, 1).

%% Different values of each user: few enough for searches to find some.
-define(ROWS, 200).

run(#{count := Requests, actors := Users, seed := Seed}) ->
    fun() ->
        Main = self(),
        List = spawn_link(fun() -> list([], 0) end),
        [spawn_link(fun() ->
            user(List, Main, {Users, Place}, savina_random:seed(Seed + Place), Requests, 0)
        end) || Place <- lists:seq(0, Users - 1)],
        Found = savina_total:sum(Users),
        List ! {close, self()},
        receive {closed, Sum} -> Found + Sum end
    end.

list(Sorted, Size) ->
    receive
        {add, Value, User} ->
            User ! added,
            list(insert(Value, Sorted), Size + 1);
        {contains, Value, User} ->
            User ! {found, contains(Value, Sorted)},
            list(Sorted, Size);
        {size, User} ->
            User ! {counted, Size},
            list(Sorted, Size);
        {close, From} ->
            From ! {closed, weigh(Sorted, 1, 0)}
    end.

%% In front of the first that is not smaller.
insert(Value, [First | Rest]) when First < Value -> [First | insert(Value, Rest)];
insert(Value, Rest) -> [Value | Rest].

contains(Value, [First | Rest]) when First < Value -> contains(Value, Rest);
contains(Value, [Value | _]) -> true;
contains(_, _) -> false.

%% The sum of each value times its place.
weigh([], _, Sum) -> Sum;
weigh([Value | Rest], Place, Sum) -> weigh(Rest, Place + 1, Sum + Value * Place).

user(_, Total, _, _, 0, Found) ->
    savina_total:report(Total, Found);
user(List, Total, {Users, Place} = Part, Random, Left, Found) ->
    {Draw, Drawn} = savina_random:below(100, Random),
    case Draw < ?SIZES of
        true ->
            List ! {size, self()},
            receive {counted, _} -> user(List, Total, Part, Drawn, Left - 1, Found) end;
        false ->
            {Row, Next} = savina_random:below(?ROWS, Drawn),
            Yes = ask(List, Draw < ?SIZES + ?ADDS, Row * Users + Place),
            user(List, Total, Part, Next, Left - 1, Found + Yes)
    end.

ask(List, true, Value) ->
    List ! {add, Value, self()},
    receive added -> 0 end;
ask(List, false, Value) ->
    List ! {contains, Value, self()},
    receive {found, true} -> 1; {found, false} -> 0 end.
