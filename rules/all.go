package rules

import "slices"

// All returns every rule, in order of name. Deliberately left out: nothing yet.
func All() []*Rule {
	return []*Rule{
		addAmbiguousColumn,
		addCheck,
		addColumn,
		addCompositeAttribute,
		addDiscriminatorColumn,
		addEnumValue,
		addForeignKey,
		addIdentityAlways,
		addJSONColumn,
		addOnDeleteCascade,
		addOverload,
		addPrimaryKey,
		addRequiredColumn,
		addRule,
		addTrigger,
		addUnique,
		autovacuumDisabled,
		badMarker,
		blockingDown,
		blockingIndexBuild,
		blockingRefresh,
		blockingReindex,
		brokenPreparedQuery,
		brokenQuery,
		bulkDataChange,
		changeColumnType,
		changeDefault,
		changeFunction,
		changeInheritance,
		changeOwner,
		changePolicy,
		changePublication,
		changeRelationKind,
		changeReplicaIdentity,
		changeSearchPath,
		changeSequence,
		changeView,
		changeViewColumns,
		changedMeaning,
		charColumn,
		checksumMismatch,
		commitInWrappedScript,
		concurrentIndexIfNotExists,
		constrainedDomain,
		corruptingConcurrentBuild,
		dataChangeWithoutReverse,
		dataNotRestored,
		definerWithoutSearchPath,
		definitionNotRestored,
		deleteAllRows,
		deniedType,
		disableRowSecurity,
		downAltersData,
		downDropsMore,
		downDropsNewData,
		downFails,
		downFailsAfterWrite,
		downLeavesObjects,
		downLosesAttributes,
		dropCascade,
		dropColumn,
		dropConstraint,
		dropDatabase,
		dropDefault,
		dropExpression,
		dropExtension,
		dropFunction,
		dropIndexWithoutConcurrently,
		dropIndexWithoutReplacement,
		dropNotNull,
		dropOperator,
		dropRole,
		dropRule,
		dropSchema,
		dropSequence,
		dropTable,
		dropTrigger,
		dropType,
		dropUnique,
		dropView,
		duplicateIndex,
		duplicateVersion,
		dynamicSQLInFunction,
		earlyQuery,
		editedAfterRelease,
		emptyDown,
		emptyMigration,
		enableRowSecurity,
		enumType,
		enumValueLeft,
		expiredAllow,
		flagFailsOpen,
		floatAmount,
		foreignKeyLocksOtherTable,
		foreignKeyTypeMismatch,
		foreignKeyWithoutIndex,
		forgottenLockTimeout,
		hardCodedSchema,
		hashIndex,
		indexBuildUnderExclusiveLock,
		indexDroppedBeforeReplacement,
		insertWithoutColumns,
		invalidQuery,
		jsonColumn,
		leakingSessionSetting,
		lengthLimitedVarchar,
		lockTable,
		locksOnSeveralTables,
		lossyTypeChange,
		malformedAllow,
		mismatchedFlag,
		mismatchedReader,
		missingComment,
		missingDown,
		missingLockTimeout,
		missingPrimaryKey,
		missingRequiredColumn,
		missingRowSecurity,
		missingStatementTimeout,
		mixedLayouts,
		mixedTransactionModes,
		moveTable,
		narrowColumnType,
		narrowSequence,
		noOpDown,
		noOpIfExists,
		nonconformingName,
		notAnalysable,
		notText,
		notValidOnPartitioned,
		nullableBoolean,
		objectNotRestored,
		outOfOrderVersion,
		partialUp,
		partitionLocksParent,
		possiblyBrokenQuery,
		raisingDown,
		refusedByPostgres,
		removedAfterRelease,
		renameColumn,
		renameConstraint,
		renameEnumValue,
		renameFunction,
		renameSchema,
		renameSequence,
		renameTable,
		renameType,
		replaceWithGenerated,
		revokePrivilege,
		rewriteRule,
		roundedTimestamp,
		serialColumn,
		sessionStateBehindPooler,
		setNotNull,
		setSequenceValue,
		setUnlogged,
		severalAltersOfOneTable,
		shortIntegerKey,
		shortTimeoutOnConcurrentBuild,
		silentDrop,
		staleCopy,
		staleFunctionBody,
		starInView,
		statisticsLost,
		syntaxError,
		tableInheritance,
		tableRewrite,
		tableScanUnderLock,
		tightenDomain,
		timestampWithoutTimeZone,
		tooManyIndexes,
		truncateTable,
		truncatedIdentifier,
		unboundedWaitForHotTable,
		unclosedTransaction,
		undoneByRollback,
		ungatedUse,
		unindexedForeignKey,
		unknownRuleInAllow,
		unlistedExtension,
		unlistedKeyType,
		unloggedTable,
		unnamedConstraint,
		unnamedIndex,
		unqualifiedName,
		unrepeatableStatement,
		unusedAllow,
		updateAllRows,
		updateExtension,
		useNewEnumValue,
		useOfRemoved,
		useOfRetyped,
		validateInSameTransaction,
		versionGap,
		wideIndex,
		workUnderExclusiveLock,
	}
}

// Find returns the rule of a name or former name, or nil.
func Find(name string) *Rule {
	for _, r := range All() {
		if r.Name == name || slices.Contains(r.Aliases, name) {
			return r
		}
	}
	return nil
}

// Nearest returns the rule name most like name, or "" where none is near.
func Nearest(name string) string {
	var names []string
	for _, r := range All() {
		names = append(names, r.Name)
	}
	return NearestOf(name, names)
}

// NearestOf returns the one of known most like name, or "" where none is near:
// what to ask "did you mean" for.
func NearestOf(name string, known []string) string {
	best, distance := "", len(name)/2+1
	for _, k := range known {
		if d := editDistance(name, k); d < distance {
			best, distance = k, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance in bytes.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		previous := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := previous
			if a[i-1] != b[j-1] {
				cost = 1 + min(previous, row[j], row[j-1])
			}
			previous, row[j] = row[j], cost
		}
	}
	return row[len(b)]
}
