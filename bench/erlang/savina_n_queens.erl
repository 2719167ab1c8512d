%% N-queens: a master hands boards to workers, which send back boards with one queen more, or, where
%% enough are placed, search on alone and send each solution.
-module(savina_n_queens).
-export([run/1]).

-define(WORKERS, 20).

%% Boards with as many queens are not handed out any more.
-define(HANDED_OUT, 4).

run(#{count := Size}) ->
    fun() ->
        Main = self(),
        spawn_link(fun() ->
            Master = self(),
            Worker = fun() -> worker(Size, Master) end,
            Workers = [spawn_link(Worker) || _ <- lists:seq(1, ?WORKERS)],
            Master ! {work, [], 0},
            master(Workers, [], 0, 0, Main)
        end),
        savina_total:sum(1)
    end.

%% Workers that had their turn are kept in the second list.
master([], Had, Open, Sum, Total) ->
    master(lists:reverse(Had), [], Open, Sum, Total);
master([Worker | Rest] = Workers, Had, Open, Sum, Total) ->
    receive
        {work, Board, Depth} ->
            Worker ! {extend, Board, Depth},
            master(Rest, [Worker | Had], Open + 1, Sum, Total);
        {solution, Board} ->
            master(Workers, Had, Open, Sum + hash(lists:reverse(Board), 0), Total);
        done when Open > 1 ->
            master(Workers, Had, Open - 1, Sum, Total);
        done ->
            [Each ! stop || Each <- Workers ++ Had],
            savina_total:report(Total, Sum)
    end.

hash([Row | Rest], Hash) -> hash(Rest, (Hash * 31 + Row) rem 1000003);
hash([], Hash) -> Hash.

%% A board is the rows of its queens, that of the last column first.
worker(Size, Master) ->
    receive
        {extend, Board, Depth} when Depth >= ?HANDED_OUT ->
            search(Board, Depth, Size, Master),
            Master ! done,
            worker(Size, Master);
        {extend, Board, Depth} ->
            [
                Master ! {work, [Row | Board], Depth + 1}
             || Row <- lists:seq(0, Size - 1), is_safe(Board, Row, 1)
            ],
            Master ! done,
            worker(Size, Master);
        stop ->
            ok
    end.

search(Board, Size, Size, Master) ->
    Master ! {solution, Board};
search(Board, Depth, Size, Master) ->
    search_rows(0, Board, Depth, Size, Master).

search_rows(Size, _, _, Size, _) ->
    ok;
search_rows(Row, Board, Depth, Size, Master) ->
    case is_safe(Board, Row, 1) of
        true -> search([Row | Board], Depth + 1, Size, Master);
        false -> ok
    end,
    search_rows(Row + 1, Board, Depth, Size, Master).

%% True if a queen in the next column's row is attacked by none.
is_safe([Other | Rest], Row, Distance) ->
    case Other - Row of
        0 -> false;
        Distance -> false;
        Apart when Apart =:= -Distance -> false;
        _ -> is_safe(Rest, Row, Distance + 1)
    end;
is_safe([], _, _) ->
    true.
